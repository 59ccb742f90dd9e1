// The classifier of divergence: its formula, a truth that it finds again, and what it must never do.
#include "losscast/scaling/divergence_law.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/scaling/synthetic_runs.hpp"

namespace losscast {
namespace {

double logistic(double z) { return 1 / (1 + std::exp(-z)); }

// Values of an independent program in Python, at its fit of public runs.
TEST(DivergenceLaw, HasTheFormulaOfTheReference) {
  const RunDivergenceLaw law = {
      .mode = {.weights = {-11.9548, 14.695, 3.5051, 8.3054, 7.1742, 2.0243}, .border_steps = 30000}, .draws = {}};
  const auto at = [](double steps, double lr) { return RunSetting{429260800, 2.27e10, 2.27e10 / steps, lr}; };
  EXPECT_NEAR(law.probability(at(21696, .00781)), .0157, 3e-4);
  EXPECT_NEAR(law.probability(at(21696, .01110)), .7370, 3e-3);
  EXPECT_NEAR(law.probability(at(86784, .01560)), .3600, 3e-3);
  EXPECT_NEAR(law.even_lr(at(21696, 1)), .01035, 1e-5);
  EXPECT_NEAR(law.even_lr(at(86784, 1)), .01622, 1e-5);
}

TEST(DivergenceLaw, FindsATruthAgain) {
  const std::vector<FinishedRun> runs = test::true_runs();
  const std::optional<RunDivergenceLaw> law = fit_divergence(runs);
  ASSERT_TRUE(law);
  EXPECT_NEAR(std::log(law->mode.border_steps / test::kTrueDivergence.border_steps), 0, .5);
  const RunDivergenceLaw truth = {.mode = test::kTrueDivergence, .draws = {}};
  double off = 0;
  for (const FinishedRun& run : runs) {
    off += std::abs(law->probability(run.setting) - truth.probability(run.setting)) / static_cast<double>(runs.size());
    EXPECT_NEAR(std::log(law->even_lr(run.setting) / truth.even_lr(run.setting)), 0, .12);
  }
  EXPECT_LT(off, .012);
}

TEST(DivergenceLaw, GrowsWithTheLrAndKnowsItsLimits) {
  const std::optional<RunDivergenceLaw> law = fit_divergence(test::true_runs());
  ASSERT_TRUE(law);
  ASSERT_GT(law->draws.size(), 300u);
  for (const double params : {1e7, 3e8, 5e9})
    for (const double batch : {2e4, 3e6}) {
      RunSetting setting = {params, 2e10, batch, 1e-4};
      for (double before = 0; setting.peak_lr < 1; setting.peak_lr *= 1.1) {
        const double now = law->probability(setting);
        EXPECT_GE(now, before);
        before = now;
      }
      for (const double share : {.01, .1, .9}) {
        setting.peak_lr = law->highest_lr(setting, share);
        EXPECT_NEAR(law->probability(setting), share, 1e-9);
      }
    }
}

TEST(DivergenceLaw, IsLessSureThanItsBestParametersWhereItHasSeenLittle) {
  std::vector<FinishedRun> runs;  // of two small sizes only
  for (const FinishedRun& run : test::true_runs({1e8, 1.3e8})) runs.push_back(run);
  const std::optional<RunDivergenceLaw> law = fit_divergence(runs);
  ASSERT_TRUE(law);
  RunSetting far = {1e10, 2e10, 1e6, 0};
  far.peak_lr = law->even_lr(far) / 1.5;
  const double by_best = logistic(law->mode.score(far));
  EXPECT_LT(by_best, .01);
  EXPECT_GT(law->probability(far), 5 * by_best);
}

TEST(DivergenceLaw, DependsOnItsSeedInItsDrawsAlone) {
  const std::vector<FinishedRun> runs = test::true_runs({1e8, 4e8});
  const auto one = fit_divergence(runs), same = fit_divergence(runs), other = fit_divergence(runs, {.seed = 2});
  EXPECT_EQ(one->draws[7].weights, same->draws[7].weights);
  EXPECT_NE(one->draws[7].weights, other->draws[7].weights);
  EXPECT_EQ(one->mode.weights, other->mode.weights);
}

TEST(DivergenceLaw, NeedsBothKindsOfRuns) {
  std::vector<FinishedRun> runs = test::true_runs({1e8, 4e8});
  for (FinishedRun& run : runs) run.diverged = false;
  EXPECT_FALSE(fit_divergence(runs));
  for (FinishedRun& run : runs) run.diverged = true;
  EXPECT_FALSE(fit_divergence(runs));
  runs.front().diverged = false;  // the highest LR
  EXPECT_FALSE(fit_divergence(runs));
  runs.front().diverged = true;
  runs.back().diverged = false;  // the lowest LR
  EXPECT_TRUE(fit_divergence(runs));
}

}  // namespace
}  // namespace losscast
