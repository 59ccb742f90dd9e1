/// \file
/// A sweep: every candidate is simulated on common random numbers and ranked, or the best is found by a race.
#pragma once

#include <variant>
#include <vector>

#include "losscast/fit/fit.hpp"
#include "losscast/space/candidates.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

/// Gives every candidate config.paths paths, or as many as the goal takes, and ranks them by their mean final loss.
/// Then simulates the candidates that config.bands names once more, to record their losses over time. Precondition:
/// there is a candidate. Throws as run() does.
SweepResult run_sweep(const SweepConfig& config, std::vector<Candidate> candidates, const Fit& fit,
                      const SweepOptions& options);

/// The candidates of a configuration, and what is to be done with them.
class Sweep {
 public:
  /// Makes the candidates that are ranked, or the list of those that race; the observer is told of what takes time.
  /// Throws InputError if the space has none, or if those that are ranked need more memory than there is.
  Sweep(const SweepConfig& config, const Fit& fit, int threads, SweepObserver& observer = *SweepOptions::nobody());

  /// Throws as run_sweep(), run_race() and run_steps_to_loss() do. To be called once.
  SweepResult run(const SweepOptions& options) &&;

 private:
  struct StillOpen {};  ///< of several races: which candidates race depends on the race before

  const SweepConfig& config_;
  const Fit& fit_;
  std::variant<std::vector<Candidate>, CandidateList, StillOpen> candidates_;
};

/// Makes the candidates of a configuration and runs its sweep.
inline SweepResult run_sweep(const SweepConfig& config, const Fit& fit, const SweepOptions& options) {
  return Sweep(config, fit, options.execution.threads, *options.observer).run(options);
}

}  // namespace losscast
