// Searches that weigh divergence against the loss, against every candidate's mean and P(diverge).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "losscast/precision/conditional_means.hpp"
#include "losscast/race/search.hpp"
#include "losscast/tails/divergence_law.hpp"
#include "race/simulated_units.hpp"
#include "tests/engine/requests.hpp"
#include "tests/space/spaces.hpp"

namespace losscast::test {
namespace {

constexpr std::size_t kDraws = 60;

SearchSpace space() {
  return space_of(SearchMethod::grid, {wsd_space({range("peak_lr", Axis::Kind::log, 1e-4, 1e-3, 12),
                                                  range("decay_fraction", Axis::Kind::linear, 0.05, 0.9, 7),
                                                  choice("total_steps", {1500.0})})});
}

Experiment risky() {
  Experiment request = example_request(find_model("adamw"));
  request.draws = example_draws(*request.model, kDraws, 0.03);
  request.threads = 2;
  request.spikes.barrier_pull = 0.01;
  request.spikes.barrier_noise = 0.04;
  request.spikes.barrier_growth = 0.03;
  request.spikes.barrier_limit = 4;
  return request;
}

Experiment calm(Experiment request) {
  request.spikes.barrier_limit = 0;
  return request;
}

SearchOptions options_of(double cost, const Experiment& request) {
  SearchOptions options;
  options.delta = 1e-3;
  options.divergence_cost = DivergenceCost(cost, request);
  return options;
}

std::vector<Recipe> recipes_of(const CandidateList& list) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(list.size()));
  std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
  std::vector<Recipe> recipes;
  for (const auto& one : list.make(numbers)) recipes.push_back(one->recipe);
  return recipes;
}

// Mean and P(diverge) of every candidate, the mean in many more blocks than a search takes.
struct Truth {
  std::vector<double> means, risks, peaks;

  Truth(const CandidateList& list, const Experiment& request) {
    const std::vector<Recipe> recipes = recipes_of(list);
    std::vector<float> values(recipes.size() * kDraws);
    const Experiment without = calm(request);
    ConditionalMeans(without, without).evaluate(recipes, 100, 0, kDraws, values);
    const DivergenceLaw law(request);
    for (std::size_t i = 0; i < recipes.size(); ++i) {
      const auto first = values.begin() + static_cast<std::ptrdiff_t>(i * kDraws);
      means.push_back(std::accumulate(first, first + kDraws, 0.0) / kDraws);
      risks.push_back(law.probability(recipes[i]));
      peaks.push_back(recipes[i].peak_lr());
    }
  }
  double value(std::int64_t number, double cost) const {
    const auto i = static_cast<std::size_t>(number);
    return means[i] + cost * risks[i];
  }
  double lowest(double cost) const {
    double lowest = value(0, cost);
    for (std::int64_t i = 1; i < std::ssize(means); ++i) lowest = std::min(lowest, value(i, cost));
    return lowest;
  }
};

// The more a run that diverges costs, the lower the peak of the best.
TEST(WeighedSearch, FindsTheBestByMeanAndCost) {
  const CandidateList list(space(), 1);
  const Experiment request = risky(), without = calm(request);
  const Truth truth(list, request);
  std::vector<double> peaks;
  for (const double cost : {0.0, 0.03, 0.3, 3.0, 30.0}) {
    const SearchResult found = search(list, without, options_of(cost, request));
    EXPECT_TRUE(found.selection.certified);
    EXPECT_TRUE(found.selection.exact);
    EXPECT_EQ(found.divergence_cost, cost);
    EXPECT_LE(truth.value(found.winner, cost), truth.lowest(cost) + 1e-3) << cost;
    for (const Standing& one : found.selection.standing)
      EXPECT_NEAR(one.difference, truth.value(one.number, cost) - truth.value(found.winner, cost), 2.5e-4) << cost;
    peaks.push_back(truth.peaks[static_cast<std::size_t>(found.winner)]);
  }
  EXPECT_TRUE(std::is_sorted(peaks.rbegin(), peaks.rend()));
  EXPECT_LT(peaks[2], peaks[0]);
  EXPECT_LT(peaks[4], peaks[2]);
}

// The polished schedule is judged with the cost too: it is no better than the winner by the mean alone.
TEST(WeighedSearch, PolishesByMeanAndCost) {
  const CandidateList list(space(), 1);
  const Experiment request = risky(), without = calm(request);
  const double cost = 3;
  const SearchResult found = search(list, without, options_of(cost, request));
  ASSERT_TRUE(found.polished);
  const std::vector<Recipe> pair = {list.make({&found.winner, 1}).front()->recipe,
                                    make_recipe(found.polished->arguments)};
  std::vector<float> values(2 * kDraws);
  ConditionalMeans(without, without).evaluate(pair, 100, 0, kDraws, values);
  DivergenceCost(cost, request).add_to(pair, values, 1);
  const double winner = std::accumulate(values.begin(), values.begin() + kDraws, 0.0) / kDraws;
  const double polished = std::accumulate(values.begin() + kDraws, values.end(), 0.0) / kDraws;
  EXPECT_GT(found.polished->gain, 0);
  EXPECT_NEAR(winner - polished, found.polished->gain, 2.5e-4);
}

// A constant moves no interval: whatever a unit is, it is higher by what the schedule's P(diverge) costs, and else the
// same.
TEST(WeighedSearch, AddsTheCostToEveryUnit) {
  const CandidateList list(space(), 1);
  const Experiment request = risky(), without = calm(request);
  const DivergenceCost cost(3, request);
  const std::vector<Recipe> recipes = recipes_of(list);
  std::vector<std::int64_t> numbers(recipes.size());
  std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
  constexpr std::int64_t kUnits = 32;
  std::vector<float> free(recipes.size() * kUnits), weighed(free);
  CoarseEnsemble paths(without, 1, without);
  for (const Objective::Kind kind : {Objective::Kind::tail_mean, Objective::Kind::quantile}) {
    const Objective objective{kind, 0.9};
    SimulatedUnits(list, paths, objective, {}, 16, 2).observe(numbers, 0, kUnits, free);
    SimulatedUnits(list, paths, objective, cost, 16, 2).observe(numbers, 0, kUnits, weighed);
    for (std::size_t i = 0; i < free.size(); ++i)
      EXPECT_NEAR(weighed[i] - free[i], cost.at(cost.probability(recipes[i / kUnits])), 1e-6);
  }
}

TEST(WeighedSearch, ChangesTheBestByATailToo) {
  const CandidateList list(
      space_of(SearchMethod::grid, {wsd_space({choice("peak_lr", {3e-4, 4e-4}), choice("total_steps", {1500.0})})}), 1);
  const Experiment request = risky(), without = calm(request);
  for (const Objective::Kind kind : {Objective::Kind::tail_mean, Objective::Kind::quantile}) {
    SearchOptions options = options_of(0, request);
    options.objective = {kind, 0.9};
    EXPECT_EQ(search(list, without, options).winner, 1);
    options.divergence_cost = DivergenceCost(kMostDivergenceCost, request);
    const SearchResult weighed = search(list, without, options);
    EXPECT_EQ(weighed.winner, 0);
    EXPECT_TRUE(weighed.selection.certified);
  }
}

// At each horizon a run may diverge: what is averaged is mean and cost together.
TEST(WeighedSearch, AveragesTheCostOverHorizons) {
  SearchSpace open = space();
  open.families.front().fixed.values.erase("total_steps");
  std::erase_if(open.families.front().axes, [](const Axis& axis) { return axis.argument == "total_steps"; });
  open.horizons = {750, 1500, 3000};
  const CandidateList list(open, 1);
  const Experiment request = risky();
  const SearchResult found = search(list, calm(request), options_of(0.3, request));
  const DivergenceLaw law(request);
  ASSERT_EQ(found.horizons.size(), 3u);
  double before = 0;
  for (std::size_t h = 0; h < 3; ++h) {
    const HorizonMean& one = found.horizons[h];
    EXPECT_EQ(one.p_diverge, law.probability(list.make({&found.winner, 1}, 1, h).front()->recipe));
    EXPECT_GT(one.p_diverge, before);
    before = one.p_diverge;
    EXPECT_NEAR(one.weighed_mean, one.mean + 0.3 * one.p_diverge, 1e-12);
    const double of_draws = std::accumulate(one.of_draws.begin(), one.of_draws.end(), 0.0) / kDraws;
    EXPECT_NEAR(of_draws, one.weighed_mean, 1e-9);
  }
}

}  // namespace
}  // namespace losscast::test
