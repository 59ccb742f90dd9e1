/// \file
/// results.csv, results.json and bands.npy: a finished sweep.
#pragma once

#include <filesystem>

#include "losscast/fit/fit.hpp"
#include "losscast/io/provenance.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

/// The names of the files of a finished sweep. The last is written for a result with bands only.
inline constexpr const char* kResultsFiles[] = {"results.csv", "results.json", "bands.npy"};

/// Writes the files into `folder`, which is made if it is missing. results.csv has one row a candidate, best first;
/// results.json says what was computed, from what and how; bands.npy, if the result has bands, holds their losses over
/// time. The same result gives the same bytes, apart from `performance` and `provenance` in results.json. Throws
/// IoError if a file cannot be written; then none of them, nor a folder that was not there before, is left behind.
void write_results(const std::filesystem::path& folder, const SweepConfig& config, const Fit& fit,
                   const SweepResult& result, const Provenance& provenance);

}  // namespace losscast
