/// \file
/// Which runs to train next: those after which the schedule that is chosen will, on average, be the least worse than
/// the best one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "losscast/engine/execution.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/schedule/recipe.hpp"
#include "losscast/space/divergence_cost.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

/// A run that could be trained.
struct PossibleRun {
  Recipe recipe;      ///< of the run
  double tokens = 0;  ///< that it takes
};

inline constexpr int kMostRunsTogether = 4;  ///< runs that are planned at once: after them a fit knows better

/// How runs are judged.
struct DesignOptions {
  double budget = std::numeric_limits<double>::infinity();  ///< tokens that all runs of the plan may take together
  int runs = 1;                                             ///< of the plan at most, 1 to kMostRunsTogether
  DivergenceCost divergence_cost;                           ///< what divergence adds to a candidate's final loss
  double delta = kUsualDelta;        ///< smallest difference that matters, by which candidates are kept [nats]
  std::uint64_t seed = 1;            ///< of the law's errors
  std::int64_t draws = 1024;         ///< of the parameters and of the law's error
  std::vector<Recipe> trained = {};  ///< the runs that the fit is of, if they are known: their errors of the law are
  Execution execution;               ///< where it is computed
};

/// What a run would be worth.
struct RunValue {
  std::size_t run = 0;               ///< its place among those that could be trained
  double gain = 0;                   ///< expected fall of the posterior regret [nats]
  double p_change = 0;               ///< probability that another candidate than today's is chosen afterwards
  std::optional<std::size_t> rival;  ///< the candidate that is then the likeliest
};

/// What is known of a choice, and what would be worth knowing.
struct NextRuns {
  std::size_t chosen = 0;        ///< today's choice among the candidates: the lowest mean
  double mean = 0;               ///< of its final loss, with what divergence costs [nats]
  double regret = 0;             ///< E[L_chosen - min_c L_c] over the draws, the posterior regret [nats]
  std::int64_t draws = 0;        ///< over which it is
  std::vector<RunValue> single;  ///< runs by themselves, the most valuable first; those looked at closely
  std::vector<RunValue> plan;    ///< runs one after another, gain being what each adds to those before it
};

/// Judges runs by the expected value of what they show (EVSI: Raiffa and Schlaifer 1961; knowledge gradient: Frazier,
/// Powell and Dayanik 2009). L_c is a candidate's final loss in a draw: its mean given the parameters, plus an error of
/// the law that similar recipes share. A run shows its loss after 1/4, 1/2, 3/4 and all of its steps, each the same
/// kind of value plus a run's own noise, y. All of these count as jointly normal over the draws, so
///   gain = E[L_chosen] - E_y[min_c E[L_c | y]],  E[L_c | y] = E[L_c] + cov(L_c, y) var(y)^-1 (y - E[y]).
/// Plans are made run by run, as long as a run adds kNothingToLearn and fits into the budget: each time the run that
/// adds the most, the one that adds the most for each token, or the cheapest that adds less than the most by less than
/// kNothingToLearn. Of all of these, as far as they go, and of all single runs, the plan is the cheapest whose gain
/// falls short of the largest by less than kNothingToLearn. No candidate or run whose loss is not finite has a
/// part. Throws InputError if no candidate's loss is finite. Preconditions: there is a candidate; 1 <= runs <=
/// kMostRunsTogether.
NextRuns next_runs(const LossSde& sde, std::span<const Recipe> candidates, std::span<const PossibleRun> runs,
                   const DesignOptions& options);

}  // namespace losscast
