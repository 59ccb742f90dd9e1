#include "losscast/sweep/sweep.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "bench/common/experiment.hpp"
#include "engine/block_length.hpp"
#include "losscast/base/error.hpp"
#include "losscast/fit/forecast.hpp"
#include "random/student_t.hpp"
#include "tests/sweep/problem.hpp"

namespace losscast::test {

using bench::Experiment;

namespace {

TEST(Sweep, RanksByMeanFinalLoss) {
  const SweepResult result = run_sweep(example_config(), example_fit(7), options());
  ASSERT_EQ(result.ranked.size(), 7u);
  for (std::size_t i = 1; i < result.ranked.size(); ++i)
    EXPECT_LE(result.ranked[i - 1].statistics.mean, result.ranked[i].statistics.mean) << i;
  EXPECT_EQ(result.step_error.block, 8);
  EXPECT_GT(result.performance.block_steps, 0);
  EXPECT_GE(result.total_seconds, result.performance.engine_seconds);
}

SweepOptions plain_options() {
  SweepOptions out = options();
  out.levers = kNoLevers;
  return out;
}

// The mean of some differences and its standard error, in long double. With two paths or more of each draw the error is
// that inside the draws, and otherwise that between the 16 batches of draws.
struct MeanAndError {
  long double mean = 0, error = 0, freedom = 0;
};

MeanAndError mean_and_error(std::size_t paths, std::size_t draws, const auto& difference_of) {
  const bool inside = paths >= 2 * draws;
  const std::size_t groups = inside ? draws : 16;
  MeanAndError out;
  for (std::size_t p = 0; p < paths; ++p) out.mean += difference_of(p) / static_cast<long double>(paths);
  long double within = 0, between = 0;
  for (std::size_t g = 0; g < groups; ++g) {
    long double of_group = 0, count = 0;
    for (std::size_t p = g; p < paths; p += groups) of_group += difference_of(p), count += 1;
    of_group /= count;
    for (std::size_t p = g; p < paths; p += groups)
      within += (difference_of(p) - of_group) * (difference_of(p) - of_group);
    between += count * count * (of_group - out.mean) * (of_group - out.mean);
  }
  const auto n = static_cast<long double>(paths), k = static_cast<long double>(groups);
  out.error = std::sqrt(inside ? within / (n - k) / n : between / n / n * k / (k - 1));
  out.freedom = (inside ? n - k : k - 1) * n / (n + 8);
  return out;
}

// Paired differences, computed again from the engine's values. The draws are as many as a multiple of the batches, or
// fewer than these.
void expect_paired_differences_of_the_values(int draws) {
  const SweepConfig config = example_config();
  const Fit fit = example_fit(draws);
  const SweepResult result = run_sweep(config, fit, plain_options());
  Experiment request;
  static_cast<LossSde&>(request) = with_draws_in_turn(make_sde(fit), config.seed);
  request.paths = config.paths;
  request.seed = config.seed;
  request.backend = Backend::cpu;
  request.block = 8;
  request.levers = kNoLevers;
  request.keep = Experiment::Keep::values;
  for (const RankedCandidate& one : result.ranked) request.recipes.push_back(one.candidate.recipe);
  const EnsembleResult values = run(request);
  for (std::size_t i = 0; i < result.ranked.size(); ++i) {
    const MeanAndError expected = mean_and_error(
        static_cast<std::size_t>(config.paths), static_cast<std::size_t>(draws),
        [&](std::size_t p) { return static_cast<long double>(values.values[i][p]) - values.values[0][p]; });
    const PairedDifference& difference = result.ranked[i].difference;
    const auto mean = static_cast<double>(expected.mean);
    const double half_width =
        static_cast<double>(expected.error) * student_exceeded(0.025, static_cast<double>(expected.freedom));
    EXPECT_NEAR(difference.mean, mean, 1e-12) << i;
    EXPECT_NEAR(difference.standard_error, half_width / 1.959963984540054, 1e-8) << i;
    EXPECT_NEAR(difference.low, mean - half_width, 1e-8) << i;
    EXPECT_NEAR(difference.high, mean + half_width, 1e-8) << i;
    EXPECT_EQ(result.ranked[i].statistics.mean, values.statistics[i][0].mean) << i;
  }
  // The first is compared with itself.
  EXPECT_EQ(result.ranked[0].difference.mean, 0);
  EXPECT_EQ(result.ranked[0].difference.high, 0);
  // Common random numbers: differences are better known than the losses themselves.
  EXPECT_LT(result.ranked[1].difference.standard_error, result.ranked[1].statistics.standard_error);
}

TEST(Sweep, PairedDifferencesAreThoseOfTheValues) { expect_paired_differences_of_the_values(304); }
TEST(Sweep, PairedDifferencesOfFewDrawsErrByWhatDiffersInsideThem) { expect_paired_differences_of_the_values(7); }

// Levers leave the ranking the same, and make errors a fraction of what they are without levers.
TEST(Sweep, LeversSharpenMeansAndDifferences) {
  const SweepResult plain = run_sweep(example_config(), example_fit(7), plain_options());
  const SweepResult sharp = run_sweep(example_config(), example_fit(7), options());
  ASSERT_EQ(plain.ranked.size(), sharp.ranked.size());
  for (std::size_t i = 0; i < plain.ranked.size(); ++i) {
    const Statistics &a = plain.ranked[i].statistics, &b = sharp.ranked[i].statistics;
    EXPECT_LT(b.standard_error, 0.1 * a.standard_error);
    EXPECT_NEAR(a.mean, b.mean, 4 * a.standard_error);
    EXPECT_GT(b.reduction, 50);
    EXPECT_EQ(a.reduction, 1);
  }
  EXPECT_LT(sharp.ranked[1].difference.standard_error, 0.1 * plain.ranked[1].difference.standard_error);
  EXPECT_GT(sharp.ranked[1].difference.posterior_error, 0);
}

TEST(Sweep, StopsWhereTheGoalIsReachedAndSaysWhatMissedIt) {
  SweepOptions to_goal = options();
  to_goal.levers = kNoLevers;
  to_goal.goal.target_error = 1e-3;
  to_goal.goal.first_paths = 64;
  SweepConfig config = example_config();
  config.paths = 1 << 16;
  const SweepResult reached = run_sweep(config, example_fit(1), to_goal);
  ASSERT_TRUE(reached.precision);
  EXPECT_EQ(reached.precision->stopped_by, StoppedBy::target);
  EXPECT_TRUE(reached.precision->missed.empty());
  for (const RankedCandidate& one : reached.ranked) EXPECT_LE(one.statistics.standard_error, 1e-3);

  config.paths = 128;
  const SweepResult missed = run_sweep(config, example_fit(1), to_goal);
  EXPECT_EQ(missed.precision->stopped_by, StoppedBy::paths);
  EXPECT_FALSE(missed.precision->missed.empty());
  for (const RankedCandidate& one : missed.ranked) EXPECT_LE(one.paths, 128);
}

TEST(Sweep, TiesKeepTheirOrder) {
  SweepConfig config = example_config();
  config.space.families = {wsd_space({choice("total_steps", {300.0, 300.0, 300.0})}), wsd_space({})};
  const SweepResult result = run_sweep(config, example_fit(3), options());
  ASSERT_EQ(result.ranked.size(), 4u);
  EXPECT_EQ(result.ranked[3].candidate.family, 1u);
  for (const RankedCandidate& one : result.ranked) {
    EXPECT_EQ(one.statistics.mean, result.ranked[0].statistics.mean);
    EXPECT_EQ(one.difference.high, 0);
  }
}

TEST(Sweep, GivesTheSameResultsWithAnyNumberOfThreads) {
  SweepOptions several = options();
  const SweepResult expected = run_sweep(example_config(), example_fit(7), several);
  for (const int threads : {2, 3}) {
    several.execution.threads = threads;
    const SweepResult result = run_sweep(example_config(), example_fit(7), several);
    for (std::size_t i = 0; i < expected.ranked.size(); ++i) {
      EXPECT_EQ(result.ranked[i].statistics.mean, expected.ranked[i].statistics.mean);
      EXPECT_EQ(result.ranked[i].difference.low, expected.ranked[i].difference.low);
    }
  }
}

TEST(Sweep, FlagsWhatLiesOutsideTheTrainingRuns) {
  for (const RankedCandidate& one : run_sweep(example_config(), example_fit(3), options()).ranked)
    EXPECT_EQ(one.extrapolations.empty(), one.candidate.recipe.peak_lr() <= 3e-4 * (1 + 1e-9))
        << one.candidate.recipe.peak_lr();
}

// Draws whose fastest hill Euler-Maruyama cannot follow at the highest peak would be refused; a signal far beyond any
// loss makes every path of a draw lost, which is a status and no exception.
TEST(Sweep, CandidatesWithLostPathsComeLast) {
  Fit fit = example_fit(2);
  SweepConfig config = example_config(10);
  // At an LR of 0 the clock stays at its floor, where the signal of this draw is far beyond any loss.
  fit.draws[0][0] = 0;
  fit.draws[0][1] = 1;
  fit.draws[0][2] = 10;
  fit.draws[0][7] = fit.draws[0][8] = 0;  // a river that no LR slows
  fit.noise.startup_shift.value = 0;
  config.space.families = {wsd_space({choice("peak_lr", {0.0, 3e-1, 2e-1})})};
  const SweepResult result = run_sweep(config, fit, plain_options());
  ASSERT_EQ(result.ranked.size(), 3u);
  EXPECT_EQ(result.ranked[0].statistics.status, Status::ok);
  EXPECT_EQ(result.ranked[1].statistics.status, Status::ok);
  EXPECT_EQ(result.ranked[2].statistics.status, Status::diverged);
  EXPECT_EQ(result.ranked[2].candidate.recipe.peak_lr(), 0);
  EXPECT_DOUBLE_EQ(result.ranked[2].statistics.diverged_share, 0.5);
  // Compared on the paths that both have.
  EXPECT_TRUE(std::isfinite(result.ranked[2].difference.mean));
}

// A loss that is finite, but so large that no loss can be, is left out of differences too.
TEST(Sweep, PathsFarAboveAnyLossAreLost) {
  Fit fit = example_fit(2);
  fit.draws[0][0] = 3e6;
  const auto ranked = run_sweep(example_config(), fit, options()).ranked;
  for (const RankedCandidate& one : ranked) {
    EXPECT_EQ(one.statistics.status, Status::diverged);
    EXPECT_EQ(one.statistics.diverged_share, 0.5);
    EXPECT_LT(one.statistics.mean, 10);
    EXPECT_NEAR(one.difference.mean, one.statistics.mean - ranked[0].statistics.mean, 1e-6);
  }
}

// Confidence intervals hold what they say: over many seeds, the true difference of two candidates (from exact moments)
// lies in the 80% interval in 80% of the cases, to 4 standard deviations of the binomial law.
TEST(Sweep, IntervalsCoverTheTrueDifferenceAsOftenAsTheySay) {
  constexpr int kSeeds = 200;
  Fit fit = example_fit(1);
  SweepConfig config = config_of(SearchMethod::grid, {wsd_space({choice("peak_lr", {1e-4, 3e-4})})});
  config.paths = 128;
  config.confidence = 0.8;
  const Experiment request = bench::experiment_of(fit);
  const auto mean = [&](const Recipe& recipe) {
    const auto edges = block_edges(8, recipe.total_steps(), {});
    const BlockTable table = make_block_table(recipe, request.model->effective_lr(), kReference, kWeightDecay, edges);
    const int last[] = {static_cast<int>(table.blocks.size())};
    return request.model->moments(table, fit.draws[0], request.noise, Scheme::exact_moments, last)[0].mean;
  };
  int covered = 0;
  for (int seed = 0; seed < kSeeds; ++seed) {
    config.seed = static_cast<std::uint64_t>(seed);
    const SweepResult result = run_sweep(config, fit, options());
    const double truth = mean(result.ranked[1].candidate.recipe) - mean(result.ranked[0].candidate.recipe);
    const PairedDifference& difference = result.ranked[1].difference;
    covered += difference.low <= truth && truth <= difference.high ? 1 : 0;
  }
  EXPECT_NEAR(covered, 0.8 * kSeeds, 4 * std::sqrt(kSeeds * 0.8 * 0.2));
}

class StopsBeforeCandidates final : public SweepObserver {
 public:
  struct Told {
    std::int64_t points;
  };
  void before_candidates(std::int64_t points) override { throw Told{points}; }
};

// So that a sweep of very many says what it does before it does it.
TEST(Sweep, TellsBeforeItMakesCandidates) {
  SweepConfig config = example_config();
  config.space.method = SearchMethod::sobol;
  config.space.candidates = 100'000;
  StopsBeforeCandidates observer;
  SweepOptions watched = options();
  watched.observer = &observer;
  try {
    run_sweep(config, example_fit(1), watched);
    FAIL() << "nobody was told";
  } catch (const StopsBeforeCandidates::Told& told) {
    EXPECT_EQ(told.points, 100'000);
  }
}

TEST(Sweep, RefusesMoreCandidatesThanMemoryHolds) {
  SweepConfig config = example_config();
  config.space.method = SearchMethod::sobol;
  config.space.candidates = 1'000'000'000'000;
  try {
    run_sweep(config, example_fit(1), options());
    FAIL() << "it made them";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("the sweep needs"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace losscast::test
