// A sweep by race beside the same sweep with every candidate simulated.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/sweep/problem.hpp"

namespace losscast::test {
namespace {

SweepConfig race_config(double delta) {
  SweepConfig config =
      config_of(SearchMethod::grid, {wsd_space({range("peak_lr", Axis::Kind::log, 1e-4, 6e-4, 9)}),
                                     wsd_space({range("decay_fraction", Axis::Kind::linear, 0.1, 0.9, 17)})});
  config.paths = 128;
  config.seed = 5;
  config.race.emplace();
  config.delta = delta;
  return config;
}

TEST(Race, FindsWhatSimulatingEveryCandidateFinds) {
  const double delta = 2e-3;
  SweepConfig config = race_config(delta);
  const SweepResult raced = run_sweep(config, example_fit(64), options());
  config.race.reset();
  const SweepResult all = run_sweep(config, example_fit(64), options());
  ASSERT_TRUE(raced.certificate);
  EXPECT_TRUE(raced.certificate->certified);
  EXPECT_LT(raced.ranked.size(), all.ranked.size());
  const auto same = std::find_if(all.ranked.begin(), all.ranked.end(), [&](const RankedCandidate& one) {
    return one.candidate.arguments == raced.ranked.front().candidate.arguments;
  });
  ASSERT_NE(same, all.ranked.end());
  EXPECT_LE(same->statistics.mean, all.ranked.front().statistics.mean + delta + 4 * same->statistics.standard_error);
}

// Finalists are simulated on random numbers of their own, so that nothing of what made the winner win is in its mean.
TEST(Race, SimulatesItsFinalistsAfresh) {
  SweepConfig config = race_config(2e-3);
  const RankedCandidate winner = run_sweep(config, example_fit(64), options()).ranked.front();
  EXPECT_EQ(winner.difference.mean, 0);
  EXPECT_GT(winner.statistics.standard_error, 0);
  config.race.reset();
  const SweepResult same = run_sweep(config, {winner.candidate}, example_fit(64), options());
  const double z = (winner.statistics.mean - same.ranked[0].statistics.mean) /
                   std::hypot(winner.statistics.standard_error, same.ranked[0].statistics.standard_error);
  EXPECT_NE(z, 0);
  EXPECT_LT(std::abs(z), 5);
}

TEST(Race, GivesTheSameResultsWithAnyNumberOfThreads) {
  SweepOptions several = options();
  const SweepResult expected = run_sweep(race_config(1e-3), example_fit(32), several);
  several.execution.threads = 3;
  const SweepResult result = run_sweep(race_config(1e-3), example_fit(32), several);
  ASSERT_EQ(result.ranked.size(), expected.ranked.size());
  for (std::size_t i = 0; i < expected.ranked.size(); ++i) {
    EXPECT_EQ(result.ranked[i].candidate.arguments, expected.ranked[i].candidate.arguments);
    EXPECT_EQ(result.ranked[i].statistics.mean, expected.ranked[i].statistics.mean);
  }
  EXPECT_EQ(result.performance.path_steps, expected.performance.path_steps);
}

TEST(Race, SaysWhatStoppedIt) {
  Fit fit = example_fit(2048);
  for (std::size_t d = 0; d < fit.draws.size(); ++d) fit.draws[d][3] *= std::exp(4 * std::sin(static_cast<double>(d)));
  SweepOptions stopped = options();
  stopped.goal.stop.rounds = 1;
  const SweepResult result = run_sweep(race_config(2e-4), fit, stopped);
  ASSERT_TRUE(result.certificate);
  EXPECT_EQ(result.certificate->search.race.end, RaceEnd::rounds);
  EXPECT_EQ(result.certificate->search.race.rounds.size(), 1u);
  EXPECT_EQ(result.ranked.size(), result.certificate->search.race.finalists.size());
}

}  // namespace
}  // namespace losscast::test
