/// \file
/// The file of the laws of finished runs.
#pragma once

#include <filesystem>

#include "losscast/io/provenance.hpp"
#include "losscast/scaling/runs_fit.hpp"

namespace losscast {

/// Writes the laws as JSON, whole or not at all. Throws IoError if that fails.
void write_runs_fit(const std::filesystem::path& file, const RunsFit& fit, const Provenance& provenance);

/// Reads what write_runs_fit() wrote. Throws InputError with the file and the key of what is missing or cannot be.
RunsFit read_runs_fit(const std::filesystem::path& file);

}  // namespace losscast
