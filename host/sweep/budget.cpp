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

// Sizes whose draws belong together, and the lowest of their means in each draw, ascending.
struct PairedSizes {
  std::vector<std::size_t> sizes;
  std::vector<float> lowest;
};

std::vector<PairedSizes> paired_sizes(std::span<const BudgetSize> sizes, std::span<const BudgetUse> uses) {
  std::vector<PairedSizes> groups;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto group = std::ranges::find_if(groups, [&](const PairedSizes& one) {
      return sizes[i].paired && sizes[one.sizes.front()].paired == sizes[i].paired;
    });
    const std::vector<float>& means = means_of_draws(uses[i]);
    if (group == groups.end()) {
      groups.push_back({{i}, means});
      continue;
    }
    group->sizes.push_back(i);
    LOSSCAST_EXPECTS(means.size() == group->lowest.size());
    for (std::size_t d = 0; d < means.size(); ++d) group->lowest[d] = std::min(group->lowest[d], means[d]);
  }
  for (PairedSizes& group : groups) std::ranges::sort(group.lowest);
  return groups;
}

// Probability that a draw of values is higher; a tie is half of it.
double probability_above(float mean, const std::vector<float>& sorted) {
  const auto [equal, first_higher] = std::equal_range(sorted.begin(), sorted.end(), mean);
  return (static_cast<double>(sorted.end() - first_higher) + 0.5 * static_cast<double>(first_higher - equal)) /
         static_cast<double>(sorted.size());
}

// 1 if a size has the lowest mean of those it is paired with, in a draw; its share if several have that.
double share_of_lowest(std::size_t one, std::size_t draw, const PairedSizes& group, std::span<const BudgetUse> uses) {
  const auto mean = [&](std::size_t size) { return means_of_draws(uses[size])[draw]; };
  int equal = 0;
  for (const std::size_t size : group.sizes) {
    if (mean(size) < mean(one)) return 0;
    equal += mean(size) == mean(one) ? 1 : 0;
  }
  return 1.0 / equal;
}

// Probability that a size has the lowest mean: in its own draw of those it is paired with, and of independent draws of
// the others, averaged over its draws.
double probability_of_best(std::size_t one, std::span<const PairedSizes> groups, std::span<const BudgetUse> uses) {
  const std::vector<float>& means = means_of_draws(uses[one]);
  double sum = 0;
  for (std::size_t draw = 0; draw < means.size(); ++draw) {
    double best = 1;
    for (const PairedSizes& group : groups)
      best *= std::ranges::find(group.sizes, one) != group.sizes.end() ? share_of_lowest(one, draw, group, uses)
                                                                       : probability_above(means[draw], group.lowest);
    sum += best;
  }
  return sum / static_cast<double>(means.size());
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
  use.mean = found.weighed_mean;
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
  for (std::size_t i = 0; i < sizes.size(); ++i) uses.push_back(use_of(budget, sizes[i], i, run));
  const std::vector<PairedSizes> groups = paired_sizes(sizes, uses);
  for (BudgetUse& use : uses) use.p_best = probability_of_best(use.number, groups, uses);
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
