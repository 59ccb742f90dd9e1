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
/// IoError if a file cannot be written, and what the rows of the result throw when they are made, on `threads` threads
/// (0: as many as cores) and a few at a time; then none of the files, nor a folder that was not there before, is left
/// behind. Returns the counts of all rows.
SweepCounts write_results(const std::filesystem::path& folder, const SweepConfig& config, const Fit& fit,
                          const SweepResult& result, const Provenance& provenance, int threads = 0);

/// What results.csv and bands.npy take, about, if so many candidates are ranked. [bytes]
double results_bytes(const SweepConfig& config, double candidates);

}  // namespace losscast
