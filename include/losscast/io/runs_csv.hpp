/// \file
/// A table of finished runs, from a CSV file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "losscast/scaling/finished_run.hpp"

namespace losscast {

/// What was read, and what was done to it.
struct RunsTable {
  std::vector<FinishedRun> runs;   ///< as they come in the file
  std::vector<std::string> notes;  ///< a sentence each
};

/// Reads a CSV file with the columns `params`, `tokens`, `peak_lr`, `steps` and `final_loss`, a row for each run, and
/// perhaps `batch` (tokens per step), `batch_sequences` (a check alone), `smoothed_final_loss` and `diverged`. Without
/// `batch` it is tokens / steps. Without `diverged` a run has diverged whose final loss is no number, or more than 50%
/// above the lowest of its size and tokens. Runs that repeat another one are left out. Throws InputError with file,
/// line and column for whatever cannot be.
RunsTable read_runs_csv(const std::filesystem::path& file);

}  // namespace losscast
