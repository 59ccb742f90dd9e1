/// \file
/// The fewest steps after which the best schedule of a space comes to a loss.
#pragma once

#include "losscast/fit/fit.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

/// Lets all candidates race for runs of one length after another, between the space's two horizons, until the shortest
/// length at which the best candidate comes to the target is known to 0.5% or to a step. The result is that of the race
/// for this length. It takes for granted that longer runs come lower. A limit on seconds is for all races together:
/// those for the two horizons always run, each with what is left as its own limit, and no further race begins that
/// would, by the time that the last one took, end later. Preconditions: config.race has a target loss, and divergence
/// no cost. Throws InputError if the longest run misses the target, saying what loss it comes to, and for a limit on
/// path-steps or rounds; and as run_race() does.
SweepResult run_steps_to_loss(const SweepConfig& config, const Fit& fit, const SweepOptions& options);

}  // namespace losscast
