/// \file
/// The best use of a budget: which size of model to train, for how long, under which schedule.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "losscast/fit/fit.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

/// A budget of compute or of tokens: one of the two is given.
struct Budget {
  std::optional<double> flops;   ///< 6 for each parameter and token (Kaplan et al. 2020, arXiv:2001.08361)
  std::optional<double> tokens;  ///< to train on
  double tokens_per_step = 0;    ///< tokens that an update is made of
};

/// Returns for how many updates the budget can train a model of the fit's size. Throws InputError for a budget of
/// compute if the fit does not know the size of its model, and for a budget that is not enough for a single update.
Step steps_within(const Budget& budget, const Fit& fit);

/// A size of model: its fit, and the schedules to choose from, whose horizon the budget gives.
struct BudgetSize {
  SweepConfig config;  ///< of the race, but for its horizon
  Fit fit;             ///< of a model of this size
  /// Sizes with the same number here have fits whose draws belong together, draw by draw, as those of one file of fits
  /// for several sizes do; they must have as many draws. Without a number they are independent of all others.
  std::optional<std::size_t> paired = {};
};

/// What a size comes to within the budget.
struct BudgetUse {
  std::size_t number = 0;  ///< in the order given
  SweepConfig config;      ///< at the horizon that the budget gives
  Step steps = 0;          ///< that the budget gives
  double tokens = 0;       ///< of those steps
  SweepResult result;      ///< of its race
  double mean = 0;         ///< of the winner's final loss, with what divergence adds to it [nats]
  double deviation = 0;    ///< of that over the fit's draws [nats]
  double p_best = 0;       ///< over the draws of all fits, that this size is the best
};

/// Runs the race of one size, of which it is told the number in the order given.
using RunRace = std::function<SweepResult(const SweepConfig& config, const Fit& fit, std::size_t number)>;

/// The uses of a budget as below, by races that `run` runs.
std::vector<BudgetUse> use_budget(const Budget& budget, std::span<const BudgetSize> sizes, const RunRace& run);

/// Lets the schedules of each size race, and returns the sizes, the one with the lowest mean first. Precondition: the
/// objective of each race is the mean, without a target loss. Throws as steps_within() and run_race() do.
std::vector<BudgetUse> use_budget(const Budget& budget, std::span<const BudgetSize> sizes, const SweepOptions& options);

}  // namespace losscast
