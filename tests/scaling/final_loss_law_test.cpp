// The surface of final losses: its formula, a truth that it finds again, and the offsets of last batches.
#include "losscast/scaling/final_loss_law.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "losscast/base/error.hpp"
#include "tests/scaling/synthetic_runs.hpp"

namespace losscast {
namespace {

// Values of an independent program in Python, at its fit of the three smaller sizes of public runs.
TEST(FinalLossLaw, HasTheFormulaOfTheReference) {
  const FinalLossLaw law = {
      .values = {1.4368,  .6609, .3222,   .2353,  .3075, -4.5804, -3.0479, .2625,   -2.1722, .7510,
                 -2.7353, .5761, -5.5696, -.7322, .2347, -5.2051, -.2615,  -4.1158, 2.0606,  .2384},
      .offsets = {}};
  const auto at = [](double lr) { return RunSetting{536872960, 2.84e10, 512 * 2048, lr}; };
  EXPECT_NEAR(law.smoothed_loss(at(.000345)), 2.3191, 2e-4);
  EXPECT_NEAR(law.smoothed_loss(at(.000977)), 2.2890, 2e-4);
  EXPECT_NEAR(law.smoothed_loss(at(.002760)), 2.2812, 2e-4);
  EXPECT_NEAR(law.smoothed_loss(at(.007810)), 2.3460, 2e-4);
}

TEST(FinalLossLaw, FindsATruthAgain) {
  std::vector<FinishedRun> runs = test::true_runs();
  std::erase_if(runs, [](const FinishedRun& run) { return run.setting.peak_lr > .01; });
  const FinalLossLaw law = fit_final_loss(runs);
  for (const FinishedRun& run : runs)
    EXPECT_NEAR(law.smoothed_loss(run.setting), test::kTrueLoss.smoothed_loss(run.setting), 3e-3);
  const RunSetting larger = {1.6e9, 8e10, 1048576, .001};
  EXPECT_NEAR(law.smoothed_loss(larger), test::kTrueLoss.smoothed_loss(larger), .01);
}

TEST(FinalLossLaw, IsNotBentByOneSpoiltRun) {
  std::vector<FinishedRun> runs = test::true_runs({1e8, 2e8, 4e8});
  std::erase_if(runs, [](const FinishedRun& run) { return run.setting.peak_lr > .01; });
  const double clean = fit_final_loss(runs).smoothed_loss(runs.front().setting);
  *runs[60].smoothed_loss += 1;
  EXPECT_NEAR(fit_final_loss(runs).smoothed_loss(runs.front().setting), clean, 2e-3);
}

TEST(FinalLossLaw, TakesTheSmoothedLossAndKnowsTheLastBatches) {
  std::vector<FinishedRun> runs = test::true_runs({1e8, 2e8, 4e8});
  for (FinishedRun& run : runs) run.final_loss += run.setting.tokens == 2e10 ? .05 : -.01;
  const FinalLossLaw law = fit_final_loss(runs), same = fit_final_loss(test::true_runs({1e8, 2e8, 4e8}));
  EXPECT_EQ(law.values, same.values);
  EXPECT_NEAR(law.last_batch_offset({9e8, 2.01e10, 262144, .001}), .05, 1e-9);
  EXPECT_NEAR(law.last_batch_offset({9e8, 8e10, 1045000, .001}), -.01, 1e-9);
  EXPECT_EQ(law.last_batch_offset({9e8, 3e10, 262144, .001}), 0);
  for (FinishedRun& run : runs) run.smoothed_loss.reset();
  EXPECT_EQ(fit_final_loss(runs).last_batch_offset({9e8, 2e10, 262144, .001}), 0);
}

TEST(FinalLossLaw, NeedsARunThatWentWell) {
  std::vector<FinishedRun> runs = test::true_runs({1e8, 2e8});
  for (FinishedRun& run : runs) run.diverged = true;
  EXPECT_THROW(fit_final_loss(runs), InputError);
}

}  // namespace
}  // namespace losscast
