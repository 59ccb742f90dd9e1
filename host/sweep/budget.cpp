#include "losscast/sweep/budget.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/sweep/race.hpp"
#include "losscast/sweep/raced_candidates.hpp"
#include "sweep/spread_over_draws.hpp"

namespace losscast {
namespace {

constexpr double kFlopsPerParameterAndToken = 6;
constexpr double kMostSteps = 1e8;

const std::vector<float>& means_of_draws(const BudgetUse& use) {
  return use.result.certificate->search.horizons.front().of_draws;
}

// Probability that an independent draw of each of the others is higher, averaged over the draws of one.
double probability_of_best(std::size_t one, std::span<const std::vector<float>> sorted) {
  double sum = 0;
  for (const float mean : sorted[one]) {
    double higher = 1;
    for (std::size_t other = 0; other < sorted.size(); ++other) {
      if (other == one) continue;
      // A tie is half a win.
      const auto [equal, first_higher] = std::equal_range(sorted[other].begin(), sorted[other].end(), mean);
      higher *=
          (static_cast<double>(sorted[other].end() - first_higher) + 0.5 * static_cast<double>(first_higher - equal)) /
          static_cast<double>(sorted[other].size());
    }
    sum += higher;
  }
  return sum / static_cast<double>(sorted[one].size());
}

BudgetUse use_of(const Budget& budget, const BudgetSize& size, std::size_t number, const RunRace& run) {
  BudgetUse use;
  use.number = number;
  use.config = size.config;
  use.steps = steps_within(budget, size.fit);
  use.tokens = static_cast<double>(use.steps) * budget.tokens_per_step;
  use.config.space.horizons = {use.steps};
  use.result = run(use.config, size.fit, number);
  const HorizonMean& found = use.result.certificate->search.horizons.front();
  use.mean = found.mean;
  use.deviation = deviation_over_draws(found);
  return use;
}

}  // namespace

Step steps_within(const Budget& budget, const Fit& fit) {
  double tokens = budget.tokens.value_or(0);
  if (budget.flops) {
    if (!fit.params)
      throw InputError("the fit does not know the size of its model, which compute depends on",
                       "its curves had no params", "fit again with params in the manifest, or give a budget of tokens");
    tokens = *budget.flops / (kFlopsPerParameterAndToken * *fit.params);
  }
  const double steps = std::floor(tokens / budget.tokens_per_step);
  if (!(steps >= 1))
    throw InputError("the budget is not enough for one step",
                     fmt::format("{:.3g} tokens, of which a step takes {:.3g}", tokens, budget.tokens_per_step),
                     "give more");
  if (steps > kMostSteps)
    throw InputError(fmt::format("the budget is for {:.3g} steps", steps),
                     fmt::format("at most {:g} are possible", kMostSteps), "give less");
  return static_cast<Step>(steps);
}

std::vector<BudgetUse> use_budget(const Budget& budget, std::span<const BudgetSize> sizes, const RunRace& run) {
  for (const BudgetSize& size : sizes)
    LOSSCAST_EXPECTS(size.config.race && !size.config.race->target_loss &&
                     size.config.objective.kind == Objective::Kind::mean);
  for (const BudgetSize& size : sizes) steps_within(budget, size.fit);  // before anything is computed
  std::vector<BudgetUse> uses;
  std::vector<std::vector<float>> sorted;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    uses.push_back(use_of(budget, sizes[i], i, run));
    sorted.push_back(means_of_draws(uses.back()));
    std::sort(sorted.back().begin(), sorted.back().end());
  }
  for (BudgetUse& use : uses) use.p_best = probability_of_best(use.number, sorted);
  std::stable_sort(uses.begin(), uses.end(), [](const BudgetUse& a, const BudgetUse& b) { return a.mean < b.mean; });
  return uses;
}

std::vector<BudgetUse> use_budget(const Budget& budget, std::span<const BudgetSize> sizes,
                                  const SweepOptions& options) {
  return use_budget(budget, sizes, [&](const SweepConfig& config, const Fit& fit, std::size_t) {
    return run_race(config, raced_candidates(config, fit, options.execution.threads), fit, options);
  });
}

}  // namespace losscast
