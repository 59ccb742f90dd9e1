/// \file
/// fit.json: the result of a fit.
#pragma once

#include <filesystem>

#include "losscast/fit/fit.hpp"
#include "losscast/io/provenance.hpp"

namespace losscast {

/// Writes the fit so that read_fit() gives back the same numbers to the last bit. Nothing is written if the fit is not
/// one that read_fit() accepts: then Error (ExitCode::internal_or_io) names what is wrong. Throws IoError if the file
/// cannot be written.
void write_fit(const std::filesystem::path& file, const Fit& fit, const Provenance& provenance);

/// Writes the draws of the parameters that have any spread as {parameter: [chain][draw]}, the form that ArviZ's
/// from_dict() takes. Throws IoError if the file cannot be written.
void write_draws(const std::filesystem::path& file, const Fit& fit);

/// Throws InputError naming the file and the JSON path if the file is missing, is no JSON, has another format, lacks a
/// key, or if a value is of the wrong type, not finite or out of range, or sizes do not match one another.
Fit read_fit(const std::filesystem::path& file);

}  // namespace losscast
