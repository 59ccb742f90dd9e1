/// \file
/// A sweep by race: search, certificate, and the finalists simulated.
#pragma once

#include "losscast/fit/fit.hpp"
#include "losscast/space/candidates.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

/// Searches all candidates, certifies the winner, and simulates the finalists, kMostFinalists at most, on random
/// numbers that had no part in the search. Divergence plays a part in the limits and in its cost only: losses are those
/// of runs that do not diverge. Precondition: config.race is set. Throws as search() and run() do.
SweepResult run_race(const SweepConfig& config, CandidateList candidates, const Fit& fit, const SweepOptions& options);

}  // namespace losscast
