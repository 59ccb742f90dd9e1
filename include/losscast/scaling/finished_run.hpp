/// \file
/// Finished training runs: what was set, and how each ended.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace losscast {

/// What a run is set to, its shape of schedule apart.
struct RunSetting {
  double params = 0;   ///< size of the model
  double tokens = 0;   ///< trained on in all
  double batch = 0;    ///< tokens per step
  double peak_lr = 0;  ///< in the optimiser's own unit

  /// Steps of the run: tokens / batch.
  double steps() const { return tokens / batch; }
};

/// A run and its end.
struct FinishedRun {
  RunSetting setting;                        ///< what was set
  double final_loss = 0;                     ///< [nats per token]; infinite where it was no number
  std::optional<double> smoothed_loss = {};  ///< the same averaged over the last steps, where it is known
  bool diverged = false;                     ///< whether the run was lost

  /// The smoothed loss where it is known, or else the final one.
  double best_known_loss() const { return smoothed_loss.value_or(final_loss); }
};

/// Runs that differ in nothing but the peak LR.
struct LrSweep {
  double params = 0;              ///< of all
  double tokens = 0;              ///< of all
  double batch = 0;               ///< tokens per step, of the first
  std::vector<FinishedRun> runs;  ///< that did not diverge, by LR; at least one
  bool bounded_above = false;     ///< a run at a higher LR than theirs diverged
};

/// The sweeps of some runs, by size, tokens and batch: batches within 0.5% of each other are one. Sweeps without a run
/// that went well are left out.
std::vector<LrSweep> lr_sweeps(std::span<const FinishedRun> runs);

/// The sizes of some runs, ascending.
std::vector<double> sizes_of(std::span<const FinishedRun> runs);

/// Whether two runs saw the same tokens in the same batches: tokens and batch within 1%.
bool same_batches(const RunSetting& one, const RunSetting& other);

}  // namespace losscast
