/// \file
/// The choice that a sweep is about, and the runs that its families and a budget allow.
#pragma once

#include <cstddef>
#include <vector>

#include "losscast/fit/fit.hpp"
#include "losscast/space/candidates.hpp"
#include "losscast/sweep/config.hpp"

namespace losscast {

/// What runs may take.
struct TokenBudget {
  double tokens = 0;           ///< in all
  double tokens_per_step = 0;  ///< of a recipe that does not say its batch
};

/// A choice, and what could be trained before it.
struct RunSpace {
  std::vector<Candidate> candidates;  ///< of the choice, spread over the sweep's space where it has more than 4,096
  std::vector<Candidate> runs;        ///< of up to 256 of its recipes, as long as theirs, half, a quarter and an eighth
  std::vector<double> tokens;         ///< of each run, within the budget
  std::size_t candidates_beyond = 0;  ///< candidates whose peak LR is above what the fit stands for, kept
  std::size_t runs_beyond = 0;        ///< runs within the budget that were left out for the same reason
};

/// Runs shorter than a candidate have the same arguments, but total_steps and what else is counted in steps, the
/// warm-up apart, in proportion; those that are no schedule or that the sweep's constraints or limits leave out, are
/// not among them, and neither are runs whose peak LR is above standing_peak_lr(): the fit's draws do not say what they
/// would show. Throws InputError if the sweep's objective is not the mean, if it has several horizons, if the budget is
/// enough for none of the runs, naming the cheapest, and if the fit stands for none of those that it is enough for.
RunSpace run_space(const SweepConfig& config, const Fit& fit, const TokenBudget& budget, int threads);

}  // namespace losscast
