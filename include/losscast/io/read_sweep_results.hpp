/// \file
/// Reading the results of a sweep back from the folder that they were written to.
#pragma once

#include <filesystem>

#include "losscast/io/sweep_results.hpp"

namespace losscast {

/// Reads results.json, results.csv and, where there is one, bands.npy in `folder`. Throws InputError, naming file and
/// key or line, if the folder or a file is missing, is none of losscast's, or belongs to other results than the others.
SweepResults read_sweep_results(const std::filesystem::path& folder);

}  // namespace losscast
