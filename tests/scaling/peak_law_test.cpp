// The law of the best LR, and how a sweep tells it.
#include "losscast/scaling/peak_law.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "losscast/base/error.hpp"
#include "scaling/peak_score.hpp"
#include "tests/scaling/synthetic_runs.hpp"

namespace losscast {
namespace {

constexpr double kSequence = 2048;  // tokens

// Values of an independent program in Python, at its fit of public runs.
TEST(PeakLaw, HasTheFormulaOfTheReference) {
  const PeakLaw law = {.constants = {-5.9833, -.8267, .2328, -5.4653, -.4138}};
  EXPECT_NEAR(law.best_lr(214663680, 4e9, 32 * kSequence), .001162, 1e-6);
  EXPECT_NEAR(law.best_lr(214663680, 4e9, 2048 * kSequence), .002285, 1e-6);
  EXPECT_NEAR(law.best_lr(268304384, 8e10, 352 * kSequence), .003027, 1e-6);
  EXPECT_NEAR(law.best_lr(429260800, 8e9, 32 * kSequence), .000660, 1e-6);
  EXPECT_NEAR(law.best_lr(536872960, 5e10, 2048 * kSequence), .001928, 1e-6);
}

TEST(PeakLaw, FindsATruthAgain) {
  const PeakLaw law = fit_peak_law(lr_sweeps(test::runs_about_peak(test::kTruePeak)));
  for (std::size_t i = 0; i < law.constants.size(); ++i)
    EXPECT_NEAR(law.constants[i], test::kTruePeak.constants[i], .02) << i;
  EXPECT_NEAR(law.best_lr(1e9, 1e11, 1e6) / test::kTruePeak.best_lr(1e9, 1e11, 1e6), 1, .03);
}

LrSweep sweep_between(double low, double high) {
  std::vector<FinishedRun> runs;
  for (const FinishedRun& run : test::runs_about_peak(test::kTruePeak))
    if (run.setting.params == 1e8 && run.setting.tokens == 2e10 && run.setting.batch == 1048576.) {
      const double ratio = run.setting.peak_lr / test::kTruePeak.best_lr(1e8, 2e10, 1048576.);
      if (ratio >= low && ratio <= high) runs.push_back(run);
    }
  return lr_sweeps(runs).front();
}

TEST(SweepBest, IsTheLowestPointOfAParabola) {
  const SweepBest best = best_of_sweep(sweep_between(.2, 5));
  EXPECT_NEAR(std::exp(best.log_lr) / test::kTruePeak.best_lr(1e8, 2e10, 1048576.), 1, 1e-9);
  EXPECT_NEAR(best.curvature, .02, 1e-9);
  EXPECT_FALSE(best.at_low_end || best.at_high_end);
}

TEST(SweepBest, IsOneSidedAtTheEnds) {
  const SweepBest low = best_of_sweep(sweep_between(1.5, 9));
  EXPECT_TRUE(low.at_low_end);
  EXPECT_DOUBLE_EQ(std::exp(low.log_lr), low.grid_lr);
  LrSweep cut = sweep_between(.1, .7);
  EXPECT_TRUE(best_of_sweep(cut).at_high_end);
  cut.bounded_above = true;  // as higher LRs diverged
  EXPECT_FALSE(best_of_sweep(cut).at_high_end);
}

TEST(PeakLaw, IsNotPulledByTheEndsOfSweeps) {
  std::vector<LrSweep> sweeps = lr_sweeps(test::runs_about_peak(test::kTruePeak));
  std::vector<LrSweep> cut = sweeps;
  for (std::size_t i = 0; i < cut.size(); i += 2)  // half the sweeps begin three times above their best LR
    std::erase_if(cut[i].runs, [&](const FinishedRun& run) {
      return run.setting.peak_lr < 3 * test::kTruePeak.best_lr(cut[i].params, cut[i].tokens, cut[i].batch);
    });
  std::erase_if(cut, [](const LrSweep& sweep) { return !has_peak(sweep); });
  const PeakLaw whole = fit_peak_law(sweeps), from_cut = fit_peak_law(cut);
  for (const LrSweep& sweep : sweeps)
    EXPECT_NEAR(std::log(from_cut.best_lr(sweep.params, sweep.tokens, sweep.batch) /
                         whole.best_lr(sweep.params, sweep.tokens, sweep.batch)),
                0, .05);
}

TEST(PeakLaw, NeedsASweep) {
  std::vector<FinishedRun> runs = test::runs_about_peak(test::kTruePeak);
  std::erase_if(runs, [](const FinishedRun& run) { return run.setting.peak_lr < .02; });
  EXPECT_THROW(fit_peak_law(lr_sweeps(runs)), InputError);
}

TEST(LrSweeps, HoldWhatDiffersInTheLrAlone) {
  std::vector<FinishedRun> runs = {{.setting = {1e8, 1e10, 1e6, .004}, .final_loss = 3},
                                   {.setting = {1e8, 1e10, 1.001e6, .002}, .final_loss = 2.9},
                                   {.setting = {1e8, 1e10, 1e6, .008}, .final_loss = 9, .diverged = true},
                                   {.setting = {1e8, 1e10, 2e6, .004}, .final_loss = 3.1},
                                   {.setting = {2e8, 1e10, 1e6, .004}, .final_loss = 8, .diverged = true}};
  const std::vector<LrSweep> sweeps = lr_sweeps(runs);
  ASSERT_EQ(sweeps.size(), 2u);  // none of the second size, where nothing is left
  ASSERT_EQ(sweeps[0].runs.size(), 2u);
  EXPECT_EQ(sweeps[0].runs[0].setting.peak_lr, .002);
  EXPECT_TRUE(sweeps[0].bounded_above);
  EXPECT_FALSE(sweeps[1].bounded_above);
}

TEST(PeakScore, CountsStepsAndRegrets) {
  LrSweep sweep;
  for (const auto& [lr, loss] : {std::pair{.001, 2.52}, {.00141, 2.501}, {.002, 2.5}, {.00283, 2.51}})
    sweep.runs.push_back({.setting = {1e8, 1e10, 1e6, lr}, .final_loss = loss});
  const SweepRegret near = regret_of(sweep, .0015), far = regret_of(sweep, .0029), below = regret_of(sweep, .0009);
  EXPECT_TRUE(near.within_step);
  EXPECT_NEAR(near.regret, .001, 1e-12);
  EXPECT_FALSE(far.within_step);
  EXPECT_NEAR(far.regret, .01, 1e-12);
  const PeakScore score = score_peaks(std::vector{near, far, below});
  EXPECT_NEAR(score.within_step, 1. / 3, 1e-12);
  EXPECT_NEAR(score.low_regret, 1. / 3, 1e-12);
  EXPECT_NEAR(score.mean_regret, .031 / 3, 1e-12);
  EXPECT_NEAR(score.regret_q90, .01 + .8 * .01, 1e-12);  // linear between the second and the third of .001, .01, .02
}

}  // namespace
}  // namespace losscast
