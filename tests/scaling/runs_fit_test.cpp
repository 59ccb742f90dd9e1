// All laws of finished runs together: what they advise, what they refuse, and their scores.
#include "losscast/scaling/runs_fit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "losscast/base/error.hpp"
#include "losscast/scaling/runs_score.hpp"
#include "scaling/divergence_score.hpp"
#include "tests/scaling/synthetic_runs.hpp"

namespace losscast {
namespace {

TEST(RunsFit, AdvisesTheBestLrAndItsRisk) {
  const RunsFit fit = fit_runs(test::true_runs());
  const PeakAdvice advice = advise(fit, 8e8, 2e10, 1048576);
  EXPECT_EQ(advice.setting.peak_lr, fit.peak.best_lr(8e8, 2e10, 1048576));
  EXPECT_LT(*advice.divergence, *advice.divergence_at_double);
  EXPECT_LT(*advice.lr_of_1_percent, *advice.lr_of_10_percent);
  EXPECT_NEAR(advice.smoothed_loss, test::kTrueLoss.smoothed_loss(advice.setting), .005);
  EXPECT_FALSE(advice.error);  // no size was left out
}

TEST(RunsFit, ChoosesTheBatchOfTheLowestLoss) {
  const RunsFit fit = fit_runs(test::true_runs());
  const PeakAdvice best = advise(fit, 4e8, 2e10);
  EXPECT_GE(best.setting.batch, fit.batch.low);
  EXPECT_LE(best.setting.batch, fit.batch.high * 1.000001);
  for (const double batch : {65536., 131072., 262144., 1048576., 2097152.})
    EXPECT_LE(best.smoothed_loss, advise(fit, 4e8, 2e10, batch).smoothed_loss + 1e-5) << batch;
}

TEST(RunsFit, FlagsWhatIsFarFromTheRunsSeen) {
  const RunsFit fit = fit_runs(test::true_runs());
  EXPECT_TRUE(extrapolations(fit, {1.6e9, 2e10, 1e6, .001}).empty());
  EXPECT_EQ(extrapolations(fit, {1.7e9, 2e10, 1e6, .001}).size(), 1u);
  EXPECT_EQ(extrapolations(fit, {4e7, 2e11, 1e4, .001}).size(), 3u);
  EXPECT_EQ(extrapolations(fit, {8e8, 2e10, 1e6, 2 * fit.peak_lr.high}).size(), 1u);
  EXPECT_EQ(extrapolations(fit, {8e8, 2e10, 1e6, fit.peak_lr.low / 2}).size(), 1u);
}

// The true law has its lowest loss between 65,536 and 2,097,152 tokens.
TEST(RunsFit, SaysWhereABetterBatchMayLieBeyondThoseSeen) {
  const RunsFit fit = fit_runs(test::true_runs());
  EXPECT_FALSE(advise(fit, 4e8, 2e10).batch_at_end);
  EXPECT_FALSE(advise(fit, 4e8, 2e10, 65536.).batch_at_end);  // it was asked for
  const double best = advise(fit, 4e8, 2e10).setting.batch;
  const auto end = [&](double low, double high) {
    RunsFit narrow = fit;
    narrow.batch = {low, high};
    return advise(narrow, 4e8, 2e10).batch_at_end;
  };
  EXPECT_EQ(end(2 * best, 8 * best), BatchEnd::smallest);
  EXPECT_EQ(end(best / 8, best / 2), BatchEnd::largest);
  EXPECT_EQ(end(best, best), BatchEnd::only);
}

bool any_has(const std::vector<std::string>& texts, const std::string& part) {
  return std::ranges::any_of(texts, [&](const std::string& text) { return text.find(part) != std::string::npos; });
}

TEST(RunsFit, DoubtsWhatIsFromThePriors) {
  RunsFit fit = fit_runs(test::true_runs());
  EXPECT_TRUE(any_has(doubts(fit), "is not known"));
  fit.held_out_error = .01;
  EXPECT_TRUE(doubts(fit).empty());
  fit.held_out_error = .3;
  EXPECT_TRUE(any_has(doubts(fit), "of sizes left out are 0.3 nats off"));
  std::vector<FinishedRun> few;  // three LRs of two sizes, of which the lowest is best
  for (const double params : {1e8, 4e8})
    for (const double lr : {.001, .002, .004})
      few.push_back({.setting = {params, 2e10, 1e6, lr}, .final_loss = 2.5 + std::log(lr / .001)});
  const std::vector<std::string> found = doubts(fit_runs(few));
  EXPECT_TRUE(any_has(found, "the best LR is mostly from the priors: 0 sweeps"));
  EXPECT_TRUE(any_has(found, "the final loss is mostly from the priors: 6 runs"));
}

TEST(RunsFit, HasNoClassifierWhereLowLrsDiverge) {
  std::vector<FinishedRun> runs = test::true_runs({1e8, 2e8});
  for (FinishedRun& run : runs) run.diverged = run.setting.peak_lr < 1e-3;
  const RunsFit fit = fit_runs(runs);
  EXPECT_FALSE(fit.divergence);
  EXPECT_NE(reason_without_classifier(fit).find("lower LRs"), std::string::npos);
}

TEST(RunsFit, SaysWhenNoLawIsFound) {
  std::vector<FinishedRun> runs = test::true_runs({1e8, 2e8});
  runs.back() = {.setting = {2e8, 2e10, 1e6, .001}, .final_loss = 1e308};
  ::testing::internal::CaptureStderr();
  EXPECT_THROW(fit_runs(runs), InputError);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(RunsFit, RefusesTablesThatCannotTell) {
  EXPECT_THROW(fit_runs({}), InputError);
  EXPECT_THROW(fit_runs(test::true_runs({1e8})), InputError);
  const RunsFit fit = fit_runs(test::true_runs({1e8, 2e8}));
  EXPECT_THROW(advise(fit, -1, 1e10), InputError);
  EXPECT_THROW(advise(fit, 1e8, std::nan("")), InputError);
  EXPECT_THROW(advise(fit, 1e8, 1e10, 0.), InputError);
  EXPECT_THROW(advise(fit, 1e8, 1e10, 1e-300), InputError);
  EXPECT_THROW(advise(fit, 1e8, 1e5, 1e6), InputError);  // less than a step
}

TEST(RunsFit, HasNoClassifierWhereNothingDiverged) {
  std::vector<FinishedRun> runs = test::true_runs({1e8, 2e8});
  std::erase_if(runs, [](const FinishedRun& run) { return run.diverged; });
  const RunsFit fit = fit_runs(runs);
  EXPECT_FALSE(fit.divergence);
  EXPECT_FALSE(advise(fit, 1e8, 1e10).divergence);
}

TEST(RunsScore, LeavesOutOneSizeAtATime) {
  const std::vector<FinishedRun> runs = test::true_runs({1e8, 2e8, 4e8});
  const std::optional<RunsScore> score = score_runs(runs);
  ASSERT_TRUE(score);
  ASSERT_EQ(score->folds.size(), 3u);
  EXPECT_EQ(score->folds[1].params, 2e8);
  EXPECT_EQ(score->folds[1].runs, 168);
  EXPECT_EQ(score->sweeps, 36);
  EXPECT_LT(score->divergence->log_loss, score->plain_line.log_loss);
  EXPECT_LT(score->largest.smoothed, score->largest_power_law.smoothed);
  EXPECT_LT(score->largest.smoothed, score->largest_neighbour.smoothed);
  EXPECT_EQ(score->largest_if_known.smoothed, 0);
  EXPECT_GT(*score->lowest_lost, 0);
  EXPECT_LT(*score->lowest_lost, 1);
  // The size itself is not looked at: other losses there change no forecast of it, but those of the others.
  std::vector<FinishedRun> moved = runs;
  for (FinishedRun& run : moved)
    if (run.setting.params == 4e8) *run.smoothed_loss += .1;
  EXPECT_NEAR(score_runs(moved)->folds[2].loss.final, score->folds[2].loss.final, 1e-12);
}

TEST(RunsScore, NeedsThreeSizes) { EXPECT_FALSE(score_runs(test::true_runs({1e8, 2e8}))); }

TEST(DivergenceScore, IsWhatItsDefinitionsSay) {
  ForetoldRuns foretold;
  const auto add = [&](double lr, double probability, bool diverged) {
    foretold.add({.setting = {1e8, 1e10, 1e6, lr}, .final_loss = 3, .diverged = diverged}, probability);
  };
  add(.01, .9, true);
  add(.01, .6, false);
  add(.005, .2, true);
  add(.005, .1, false);
  const DivergenceScore score = score_divergence(foretold, .01);
  EXPECT_NEAR(score.log_loss, -(std::log(.9) + std::log(.4) + std::log(.2) + std::log(.9)) / 4, 1e-12);
  EXPECT_NEAR(score.brier, (.01 + .36 + .64 + .01) / 4, 1e-12);
  EXPECT_NEAR(score.calibration_error, (.1 + .6 + .8 + .1) / 4, 1e-12);
  EXPECT_NEAR(score.f1, 2 * 1. / (2 + 2), 1e-12);
  EXPECT_EQ(score.bins, 0);  // none has ten runs
  EXPECT_NEAR(best_threshold_f1(foretold.runs), 2 * 2. / (4 + 2), 1e-12);
}

TEST(DivergenceScore, CountsBinsOfTenRuns) {
  ForetoldRuns foretold;
  for (const double lr : {.01, .007, .005})  // half an octave apart
    for (int i = 0; i < 10; ++i) {
      const bool diverged = lr == .01 || (lr == .007 && i < 8);
      foretold.add({.setting = {1e8, 1e10, 1e6, lr}, .final_loss = 3, .diverged = diverged}, lr == .01 ? .9 : .5);
    }
  const DivergenceScore score = score_divergence(foretold, .01);
  EXPECT_EQ(score.bins, 3);  // off by 1.05, 1.9 and 3.2 standard errors
  EXPECT_NEAR(score.bins_within_2, 2. / 3, 1e-12);
  EXPECT_EQ(score.bins_within_4, 1);
}

}  // namespace
}  // namespace losscast
