// Multilevel Monte Carlo: the mean of the finest blocks at the price of the coarsest, and diagnostics that can fail.
#include "losscast/precision/multilevel.hpp"

#include <gtest/gtest.h>

#include "losscast/base/error.hpp"
#include "precision/coupled_paths.hpp"
#include "tests/engine/exact_mean.hpp"
#include "tests/engine/repetitions.hpp"
#include "tests/engine/requests.hpp"

namespace losscast::test {
namespace {

Experiment noisy_request(int draws) {
  Experiment request = example_request(find_model("adamw"));
  request.recipes = {two_stage(6'000), wsd(4'000)};
  if (draws > 1) request.draws = example_draws(*request.model, draws, 0.01);
  request.noise.four_over_d = 4.0f / 50;
  request.noise.startup_shift = 0.02f;
  request.noise.river = 0.02f;
  request.keep = Experiment::Keep::statistics;
  return request;
}

MultilevelResult multilevel(const Experiment& e, double target) {
  return run_multilevel(e, {e.recipes, target, e.seed, e.scheme, e.block}, e);
}

CoupledPaths coupled_paths(const Experiment& e) { return CoupledPaths(e, e.recipes, e.scheme, e); }

// 200 repetitions against the exact mean of the finest blocks.
TEST(Multilevel, IsUnbiasedAndHonest) {
  Experiment request = noisy_request(64);
  const double target = 1e-3;
  std::vector<Repetition> all[2];
  for (int repetition = 0; repetition < 200; ++repetition) {
    request.seed = static_cast<std::uint64_t>(repetition);
    const MultilevelResult result = multilevel(request, target);
    EXPECT_TRUE(result.problems.empty()) << result.problems.front();
    EXPECT_LT(result.bias, target / 2);
    for (std::size_t s = 0; s < 2; ++s) {
      EXPECT_LE(result.errors[s], target);
      // Around the mean of the blocks that this run ended with.
      all[s].push_back({result.means[s] - exact_mean(request, s, result.levels.back().block), result.errors[s],
                        1.96 * result.errors[s]});
    }
  }
  for (const auto& of_schedule : all) {
    const Verdict verdict = judge(of_schedule, 0);
    EXPECT_TRUE(verdict.unbiased()) << verdict.mean_z;
    EXPECT_TRUE(verdict.honest()) << verdict.ratio;
  }
}

TEST(Multilevel, RefinesUntilTheBiasIsSmallAndSpendsMostWhereItIsCheap) {
  const Experiment request = noisy_request(1);
  const MultilevelResult result = multilevel(request, 3e-5);
  EXPECT_EQ(result.levels.front().block, kLongestBlock);
  EXPECT_LT(result.levels.back().block, kLongestBlock / 2);
  EXPECT_GT(result.levels.front().units, result.levels.back().units);
  for (std::size_t s = 0; s < 2; ++s)
    EXPECT_NEAR(result.means[s], exact_mean(request, s, 1), 4 * result.errors[s] + result.bias);
}

// Coarse blocks that take the finer ones' random numbers are what a coarse path of its own is in law, and near the fine
// one path by path.
TEST(Multilevel, CoarsePathsHaveTheLawOfTheirBlocks) {
  const Experiment request = noisy_request(1);
  CoupledPaths paths = coupled_paths(request);
  CoupledPaths::Units coupled, alone;
  constexpr std::int64_t kUnits = 20'000;
  paths.simulate(32, 64, {5, 0, kUnits}, coupled);
  paths.simulate(64, 0, {6, 0, kUnits}, alone);
  for (std::size_t s = 0; s < 2; ++s) {
    double mean[3] = {}, square[3] = {}, together = 0;
    for (std::size_t i = 0; i < kUnits; ++i) {
      const double x[] = {coupled.coarse[s][i], alone.fine[s][i], coupled.fine[s][i]};
      for (int k = 0; k < 3; ++k) mean[k] += x[k] / kUnits;
    }
    for (std::size_t i = 0; i < kUnits; ++i) {
      const double x[] = {coupled.coarse[s][i], alone.fine[s][i], coupled.fine[s][i]};
      for (int k = 0; k < 3; ++k) square[k] += (x[k] - mean[k]) * (x[k] - mean[k]) / kUnits;
      together += (x[0] - mean[0]) * (x[2] - mean[2]) / kUnits;
    }
    EXPECT_NEAR(mean[0], mean[1], 4 * std::sqrt((square[0] + square[1]) / kUnits));
    EXPECT_NEAR(square[0] / square[1], 1, 0.1);
    EXPECT_GT(together / std::sqrt(square[0] * square[2]), 0.3);
  }
}

TEST(Multilevel, DiagnosticsFailARun) {
  MultilevelLevel good{32, 100, 10, 1e-3, 1e-6, 3, 0.2};
  EXPECT_TRUE(problems_of({good}).empty());
  MultilevelLevel heavy = good, inconsistent = good;
  heavy.kurtosis = 250;
  inconsistent.inconsistency = 1.5;
  EXPECT_EQ(problems_of({good, heavy}).size(), 1U);
  EXPECT_NE(problems_of({inconsistent})[0].find("blocks of 32 steps"), std::string::npos);
}

// A planted error: the coarse paths of one level cross blocks that the level before does not have.
TEST(Multilevel, InconsistencySeesACoarsePathOfOtherBlocks) {
  Experiment request = noisy_request(1);
  request.noise.four_over_d = 4.0f / 5e4f;
  CoupledPaths paths = coupled_paths(request);
  CoupledPaths::Units level, before, wrong;
  constexpr std::int64_t kUnits = 4'000;
  paths.simulate(64, 128, {5, 0, kUnits}, level);
  paths.simulate(128, 0, {6, 0, kUnits}, before);
  paths.simulate(256, 0, {7, 0, kUnits}, wrong);
  const auto distance = [&](const std::vector<double>& a, const std::vector<double>& b) {
    double difference = 0, squares = 0;
    for (std::size_t i = 0; i < kUnits; ++i) difference += (a[i] - b[i]) / kUnits;
    for (std::size_t i = 0; i < kUnits; ++i) squares += (a[i] - b[i] - difference) * (a[i] - b[i] - difference);
    return std::abs(difference) / (6 * std::sqrt(squares / kUnits / kUnits / 2));
  };
  EXPECT_LT(distance(level.coarse[1], before.fine[1]), kLargestInconsistency);
  EXPECT_GT(distance(level.coarse[1], wrong.fine[1]), kLargestInconsistency);
}

TEST(Multilevel, RefusesWhatItCannotDo) {
  Experiment request = noisy_request(1);
  EXPECT_THROW(multilevel(request, 1e-7), InputError);
  request.spikes.jump_rate = 1e-4;
  EXPECT_THROW(multilevel(request, 1e-3), InputError);
  request = noisy_request(1);
  request.block = 96;
  EXPECT_THROW(multilevel(request, 1e-3), InputError);
  request.block = 64;
  EXPECT_NO_THROW(multilevel(request, 1e-2));
  request.scheme = Scheme::euler;
  EXPECT_THROW(multilevel(request, 1e-2), InputError);
  request.block = 1;
  EXPECT_THROW(multilevel(request, 1e-3), InputError);
}

}  // namespace
}  // namespace losscast::test
