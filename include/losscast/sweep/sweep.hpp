/// \file
/// A sweep: every candidate is simulated on common random numbers and ranked, or the best is found by a race.
#pragma once

#include <vector>

#include "losscast/fit/fit.hpp"
#include "losscast/space/candidates.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

/// Gives every candidate config.paths paths, or as many as the goal takes, and ranks them by their mean final loss,
/// with what divergence costs where config says so. Then simulates the candidates that config.bands names once more, to
/// record their losses over time. Precondition: there is a candidate. Throws as run() does.
SweepResult run_sweep(const SweepConfig& config, std::vector<Candidate> candidates, const Fit& fit,
                      const SweepOptions& options);

/// Makes the candidates of a configuration and runs its sweep, all in memory. Throws as begin_rounds() and run() do,
/// and InputError if the candidates that are ranked need more memory than there is.
SweepResult run_sweep(const SweepConfig& config, const Fit& fit, const SweepOptions& options);

}  // namespace losscast
