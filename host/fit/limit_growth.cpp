#include "fit/limit_growth.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <vector>

#include "losscast/base/parallel.hpp"
#include "losscast/schedule/warmup.hpp"

namespace losscast {

namespace {

constexpr double kDifferentWarmups = 2;
constexpr double kLeastFall = 0.01;  // of the cost
constexpr int kPowers = 20;

double warmup_of(const Observations& run) {
  return static_cast<double>(std::max<Step>(1, warmup_end(run.curve->recipe.schedule)));
}

// The limit of stability at a minimum [LR], if the model has one.
std::optional<double> limit_of(const FitProblem& problem, const Minimum& minimum) {
  for (std::size_t p = 0; p < problem.parameters.size(); ++p)
    if (problem.parameters[p].name == "limit") return minimum.parameters[p] * problem.reference.lr;
  return std::nullopt;
}

bool runs_tell_growth(const FitProblem& problem, double limit) {
  double shortest = HUGE_VAL, longest = 0;
  for (const Observations& run : problem.observations) {
    if (run.curve->recipe.peak_lr() <= limit) continue;
    shortest = std::min(shortest, warmup_of(run));
    longest = std::max(longest, warmup_of(run));
  }
  return longest >= kDifferentWarmups * shortest;
}

// The same observations, by a law with other scales.
FitProblem with_reference(FitProblem problem, const Reference& reference) {
  problem.reference = reference;
  for (Observations& run : problem.observations) {
    std::vector<std::size_t> all(run.steps.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    run = chosen(std::move(run), all, *problem.model, reference);
  }
  return problem;
}

}  // namespace

bool grow_limit(FitProblem& problem, const Minimum& minimum, int threads) {
  const std::optional<double> limit = limit_of(problem, minimum);
  if (!limit || !runs_tell_growth(problem, *limit)) return false;
  Reference reference = problem.reference;
  for (const Observations& run : problem.observations)
    reference.limit_steps = std::max(reference.limit_steps, warmup_of(run));
  std::vector<double> costs(kPowers + 1);
  parallel_for(kPowers + 1, threads, [&](std::int64_t i) {
    Reference grown = reference;
    grown.limit_power = static_cast<double>(i) / kPowers;
    costs[static_cast<std::size_t>(i)] = minimise(with_reference(problem, grown), minimum.parameters).cost;
  });
  const auto best = std::ranges::min_element(costs);
  if (!(*best < (1 - kLeastFall) * costs.front())) return false;
  reference.limit_power = static_cast<double>(best - costs.begin()) / kPowers;
  problem = with_reference(std::move(problem), reference);
  return true;
}

}  // namespace losscast
