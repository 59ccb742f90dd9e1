/// \file
/// fit.json: the result of a fit.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <vector>

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

/// Writes fits for several model sizes, ascending, into one file, as write_fit() writes one.
void write_fits(const std::filesystem::path& file, std::span<const Fit> fits, const Provenance& provenance);

/// Reads the fit of a file; of one that holds fits for several sizes that of the size `params`. Throws InputError
/// naming the file and the JSON path if the file is missing, is no JSON, has another format, lacks a key, if a value is
/// of the wrong type, not finite or out of range, if numbers of values do not match one another, if there are several
/// fits and no size is given, or if there is none of this size.
Fit read_fit(const std::filesystem::path& file, const std::optional<double>& params = {});

/// The sizes of the fits in a file of several, ascending; none if it holds one fit. Throws InputError as read_fit().
std::vector<double> read_fit_sizes(const std::filesystem::path& file);

}  // namespace losscast
