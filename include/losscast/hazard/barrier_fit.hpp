/// \file
/// The barrier of the loss SDE whose runs diverge as often as finished runs say.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "losscast/model/loss_sde.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

/// The share of runs with this peak LR that diverge, by whatever law.
struct DivergenceAt {
  double peak_lr = 0;      ///< above 0
  double probability = 0;  ///< between 0 and 1, both excluded
};

/// The barrier that was found.
struct BarrierFit {
  Spikes barrier;                     ///< without jumps
  std::vector<double> probabilities;  ///< P(diverge) by it where it was to be as given
};

/// Finds barrier_noise and barrier_pull, whose P(diverge) by the density of the mode (DivergenceLaw) comes nearest to
/// what is given: the squares of the differences of ln(P / (1 - P)) are least, by the Gauss-Newton method. `run` makes
/// the run of a peak LR, all of one length and shape; of `sde` the spikes play no part.
///
/// The pull is the slope: a mode that forgets itself N times in a run tries the barrier N times, with a chance that is
/// the exponential of -c/v, v being the strain, so that near P = 1/2 the slope of ln P over ln v is about c/v = ln N.
/// The three others P at a few LRs does not tell, and they are fixed. Only barrier_noise / barrier_limit counts, so
/// barrier_limit is 1. With a barrier_growth the chance is the exponential of another -c/v, so that it is 0. And a
/// strain that rises as more powers of the LR is as good as more tries: barrier_exponent is such that it rises as
/// `strain_power` powers, once weights have found their norm.
///
/// What is found may be far from what is given: see BarrierFit::probabilities. Preconditions: at least two places; with
/// `strain_power` the exponent is one that Spikes may have. Throws InputError unless LRs ascend and probabilities with
/// them.
BarrierFit fit_barrier(const LossSde& sde, const std::function<Recipe(double peak_lr)>& run,
                       std::span<const DivergenceAt> given, double strain_power = 1);

}  // namespace losscast
