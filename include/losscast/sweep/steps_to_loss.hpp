// The fewest steps after which the best schedule of a space comes to a loss.
#pragma once

#include "losscast/fit/fit.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

// Races all candidates for runs of different lengths, between the space's two horizons, until the shortest that comes
// to the target is known to 0.5% or a step; the result is the race for that length. It takes for granted that longer
// runs come lower. Precondition: config.race has a target. Throws InputError where the longest run misses it, saying
// what that comes to, and for a budget of seconds or path-steps; and as run_race() does.
SweepResult run_steps_to_loss(const SweepConfig& config, const Fit& fit, const SweepOptions& options);

}  // namespace losscast
