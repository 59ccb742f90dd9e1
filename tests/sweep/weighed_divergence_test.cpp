// Sweeps that weigh divergence against the loss, beside the same sweeps without, and beside races.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "losscast/sweep/compare.hpp"
#include "losscast/tails/divergence_law.hpp"
#include "sweep/race_rounds.hpp"
#include "sweep/ranking_rounds.hpp"
#include "sweep/sweep_request.hpp"
#include "tests/sweep/in_parts.hpp"
#include "tests/sweep/problem.hpp"
#include "tests/sweep/same_results.hpp"

namespace losscast::test {
namespace {

constexpr Spikes kBarrier{.barrier_pull = 0.01, .barrier_noise = 0.06, .barrier_growth = 0.03, .barrier_limit = 2};

SweepConfig risky_config(double cost) {
  SweepConfig config =
      config_of(SearchMethod::grid,
                {wsd_space({range("peak_lr", Axis::Kind::log, 1e-4, 1e-3, 8)}),
                 wsd_space({choice("peak_lr", {8e-4}), range("decay_fraction", Axis::Kind::linear, 0.1, 0.9, 4)})});
  config.paths = 256;
  config.seed = 5;
  config.delta = 1e-3;
  config.spikes = kBarrier;
  config.divergence_cost = cost;
  return config;
}

SweepConfig raced(SweepConfig config) {
  config.race.emplace();
  return config;
}

// The same sweep of runs that cannot diverge.
SweepConfig calm(SweepConfig config) {
  config.spikes = {};
  config.divergence_cost = 0;
  return config;
}

const RankedCandidate& same_candidate(const SweepResult& result, const RankedCandidate& one) {
  return *std::ranges::find_if(result.ranked, [&](const RankedCandidate& other) {
    return other.candidate.arguments == one.candidate.arguments && other.candidate.family == one.candidate.family;
  });
}

// Without a cost a candidate that loses paths comes after all others, however low the rest of its paths end, and is not
// among those that may be the best.
TEST(LostPaths, AreNoneOfTheBest) {
  const SweepResult result = run_sweep(risky_config(0), example_fit(20), options());
  std::int64_t lost = 0, undecided = 0;
  for (const RankedCandidate& one : result.ranked) {
    const bool is_lost = one.statistics.status != Status::ok;
    lost += is_lost ? 1 : 0;
    undecided += one.known.p_within >= kUndecided ? 1 : 0;
    if (is_lost) {
      EXPECT_EQ(one.known.p_within, 0);
      EXPECT_LT(one.known.mean, 0) << "by the law without a barrier it would be the best";
    }
  }
  EXPECT_GT(lost, 0);
  EXPECT_LT(lost, static_cast<std::int64_t>(result.ranked.size()));
  EXPECT_GT(result.ranked.front().known.p_within, kUndecided);
  EXPECT_EQ(result.known.undecided, undecided);
}

// Losses are those of runs without a barrier, to the bit; their order is that of mean + cost x P(diverge).
TEST(WeighedDivergence, RanksByMeanAndCost) {
  const Fit fit = example_fit(20);
  const SweepResult free = run_sweep(calm(risky_config(0)), fit, options());
  double peak_before = 1;
  for (const double cost : {0.01, 0.3, 10.0}) {
    const SweepConfig config = risky_config(cost);
    const DivergenceLaw law(sweep_sde(config, fit));
    const SweepResult result = run_sweep(config, fit, options());
    ASSERT_EQ(result.ranked.size(), free.ranked.size());
    double before = 0;
    for (const RankedCandidate& one : result.ranked) {
      const RankedCandidate& without = same_candidate(free, one);
      EXPECT_EQ(one.statistics.mean, without.statistics.mean);
      EXPECT_EQ(one.statistics.q50, without.statistics.q50);
      EXPECT_EQ(one.statistics.status, Status::ok);
      const double probability = law.probability(one.candidate.recipe);
      EXPECT_EQ(one.divergence.p_diverge, probability);
      EXPECT_EQ(one.divergence.added, cost * probability);
      const double value = one.statistics.mean + cost * probability;
      EXPECT_GE(value, before);
      before = value;
    }
    const double peak = result.ranked.front().candidate.recipe.peak_lr();
    EXPECT_LE(peak, peak_before);
    peak_before = peak;
  }
  EXPECT_LT(peak_before, free.ranked.front().candidate.recipe.peak_lr() / 2);
}

// The mean of the differences moves by what the costs differ by; what is uncertain about them stays.
TEST(WeighedDivergence, MovesDifferencesByTheCostsAlone) {
  const Fit fit = example_fit(20);
  const SweepConfig config = risky_config(0.3);
  const SweepResult result = run_sweep(config, fit, options());
  const SweepResult free =
      run_sweep(calm(config), {result.ranked.front().candidate, result.ranked.back().candidate}, fit, options());
  const RankedCandidate &first = result.ranked.front(), &last = result.ranked.back();
  const double sign = free.ranked.front().candidate.arguments == first.candidate.arguments ? 1 : -1;
  const double added = last.divergence.added - first.divergence.added;
  ASSERT_GT(std::abs(added), 1e-3);
  EXPECT_EQ(first.difference.mean, 0);
  EXPECT_NEAR(last.difference.mean, sign * free.ranked.back().difference.mean + added, 1e-12);
  EXPECT_NEAR(last.difference.high - last.difference.low,
              free.ranked.back().difference.high - free.ranked.back().difference.low, 1e-12);
  EXPECT_EQ(last.difference.standard_error, free.ranked.back().difference.standard_error);
  EXPECT_NEAR(last.known.mean, sign * free.ranked.back().known.mean + added, 1e-6);
  EXPECT_NEAR(last.known.deviation, free.ranked.back().known.deviation, 1e-6);
}

TEST(WeighedDivergence, OfNoCostChangesNothing) {
  SweepConfig config = risky_config(0);
  const Fit fit = example_fit(7);
  const SweepResult result = run_sweep(config, fit, options());
  EXPECT_EQ(result.ranked.front().divergence.p_diverge, 0);
  EXPECT_EQ(result.ranked.back().statistics.status, Status::diverged) << "paths cross the barrier";
  config.divergence_cost = 1;
  EXPECT_EQ(run_sweep(config, fit, options()).ranked.back().statistics.status, Status::ok);
}

TEST(WeighedDivergence, FindsTheSameByARaceAsByAllCandidates) {
  const Fit fit = example_fit(64);
  for (const double cost : {0.03, 0.3, 3.0}) {
    const SweepConfig config = risky_config(cost);
    const SweepResult all = run_sweep(config, fit, options()), race = run_sweep(raced(config), fit, options());
    ASSERT_TRUE(race.certificate);
    EXPECT_TRUE(race.certificate->certified);
    EXPECT_EQ(race.certificate->search.divergence_cost, cost);
    const RankedCandidate& winner = race.ranked.front();
    const RankedCandidate& same = same_candidate(all, winner);
    EXPECT_EQ(winner.divergence.p_diverge, same.divergence.p_diverge);
    EXPECT_LE(same.difference.mean, *config.delta + 4 * same.difference.standard_error) << cost;
  }
}

class WeighedDivergenceInParts : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Parts, WeighedDivergenceInParts, testing::Values(1, 5));

TEST_P(WeighedDivergenceInParts, ComesToTheSame) {
  const Fit fit = example_fit(20);
  const SweepConfig config = risky_config(0.3), race = raced(config);
  const SweepResult whole = run_sweep(config, make_candidates(config.space, config.seed), fit, options());
  for (const std::size_t kept : {kKeptBytes, std::size_t{1}})
    expect_same(
        run_in_parts([&](auto state) { return ranking_rounds(config, fit, options(), state, kept); }, GetParam()),
        whole);
  expect_same(run_in_parts([&](auto state) { return race_rounds(race, fit, options(), state); }, GetParam()),
              run_sweep(race, fit, options()));
}

// Limit and cost together: what is too risky is left out, and what is left is weighed.
TEST(WeighedDivergence, GoesTogetherWithALimit) {
  const Fit fit = example_fit(20);
  SweepConfig config = raced(risky_config(0.01));
  const double free_risk = run_sweep(config, fit, options()).ranked.front().divergence.p_diverge;
  config.limits.divergence_probability = free_risk / 2;
  const SweepResult limited = run_sweep(config, fit, options());
  EXPECT_GT(limited.certificate->search.race.excluded, 0);
  EXPECT_LE(limited.ranked.front().divergence.p_diverge, free_risk / 2);
  ASSERT_EQ(limited.certificate->risks.size(), 1u);
  EXPECT_EQ(limited.certificate->risks[0].probability, limited.ranked.front().divergence.p_diverge);
}

TEST(WeighedDivergence, OrdersComparedSchedules) {
  const Fit fit = example_fit(20);
  SweepConfig config = risky_config(0);
  const SweepResult all = run_sweep(calm(config), fit, options());
  const std::vector<Arguments> schedules = {all.ranked.front().candidate.arguments,
                                            all.ranked.back().candidate.arguments};
  EXPECT_EQ(compare_schedules(schedules, calm(config), fit, options()).schedules.front().number, 0u);
  config.divergence_cost = kMostDivergenceCost;
  const Comparison weighed = compare_schedules(schedules, config, fit, options());
  EXPECT_EQ(weighed.schedules.front().number, 1u);
  EXPECT_GT(weighed.schedules.back().simulated.divergence.added, 1e-2);
}

}  // namespace
}  // namespace losscast::test
