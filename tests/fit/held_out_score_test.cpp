// Measures of runs that were left out, against small cases computed by hand.
#include "losscast/fit/held_out_score.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace losscast::test {
namespace {

constexpr double kRounding = 1e-12;

HeldOutRun run(const std::string& name, std::size_t fold, double measured, double forecast, double half_width = 0.02) {
  HeldOutRun out;
  out.curve = out.recipe = name;
  out.fold = fold;
  out.total_steps = out.step = 1000;
  out.measured = measured;
  out.forecast = forecast;
  out.q05 = forecast - half_width;
  out.q95 = forecast + half_width;
  return out;
}

HeldOutScore score_of(const std::vector<HeldOutRun>& runs) {
  return score_held_out(runs, std::vector<std::string>{"first", "second", "third", "fourth"});
}

TEST(RankCorrelation, IsSpearmans) {
  const std::vector<double> up = {1, 2, 3, 4, 5}, ties = {5, 6, 7, 8, 7};
  // Deviations of ranks: -2 -1 0 1 2 and -2 -1 0.5 2 0.5: 8 / sqrt(10 x 9.5).
  EXPECT_NEAR(*rank_correlation(up, ties), 8 / std::sqrt(95.0), kRounding);
  EXPECT_NEAR(*rank_correlation(up, std::vector<double>{5, 4, 3, 2, 1}), -1, kRounding);
  // Only ranks count: squares of ranks' differences 0 1 1 0 0 give 1 - 6 x 2 / (5 x 24).
  EXPECT_NEAR(*rank_correlation(up, std::vector<double>{-100, 3, 2, 1e6, 1e7}), 0.9, kRounding);
  EXPECT_FALSE(rank_correlation(std::vector<double>{1, 2}, std::vector<double>{1, 2}).has_value());
  EXPECT_FALSE(rank_correlation(up, std::vector<double>(5, 1.0)).has_value());
}

TEST(HeldOutScore, AveragesErrorsOverFolds) {
  std::vector<HeldOutRun> runs = {run("a", 0, 3.01, 3.00), run("b", 0, 3.07, 3.10), run("c", 1, 3.24, 3.20)};
  runs[0].mean_abs_error = 0.1;
  runs[1].mean_abs_error = 0.3;
  runs[2].mean_abs_error = 0.4;
  const HeldOutScore score = score_of(runs);
  EXPECT_EQ(score.folds, 2u);
  EXPECT_EQ(score.runs, 3u);
  EXPECT_NEAR(score.end_error, (0.02 + 0.04) / 2, kRounding);
  EXPECT_NEAR(score.end_bias, (-0.01 + 0.04) / 2, kRounding);
  EXPECT_NEAR(score.worst_end_error, 0.04, kRounding);
  EXPECT_NEAR(score.curve_error, (0.2 + 0.4) / 2, kRounding);
  EXPECT_NEAR(*score.rank_correlation, 1, kRounding);
}

// Eleven runs whose errors are 0.2, 0.4 ... 2.2 half-widths, alternately above and below: five lie inside, and bands
// twice as wide hold ten of the eleven.
TEST(HeldOutScore, FindsTheFactorByWhichBandsWouldHoldNineInTen) {
  std::vector<HeldOutRun> runs;
  for (int i = 1; i <= 11; ++i) {
    runs.push_back(run("r" + std::to_string(i), 0, 3, 3, 0.02));
    runs.back().q05 = 3 - 0.01;  // half as wide below
    runs.back().measured += i % 2 == 1 ? 0.2 * i * 0.02 : -0.2 * i * 0.01;
  }
  const HeldOutScore score = score_of(runs);
  EXPECT_EQ(score.in_band, 4u + (runs[4].in_band() ? 1u : 0u));  // the fifth lies on the end of its band
  EXPECT_NEAR(score.band_scale, 2, 1e-9);
  EXPECT_NEAR(score.mean_width, 0.03, kRounding);
  int held = 0;
  for (const HeldOutRun& one : runs) held += one.band_ratio() <= 2 + 1e-9;
  EXPECT_EQ(held, 10);
}

TEST(HeldOutScore, HasFactorsForBandsThatAreTooWideOrHaveNoWidth) {
  EXPECT_NEAR(score_of({run("a", 0, 3.01, 3, 0.1), run("b", 1, 2.99, 3, 0.1)}).band_scale, 0.1, 1e-9);
  EXPECT_EQ(run("a", 0, 3, 3, 0).band_ratio(), 0);
  EXPECT_EQ(run("a", 0, 3.1, 3, 0).band_ratio(), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isinf(score_of({run("a", 0, 3.1, 3, 0), run("b", 1, 2.9, 3, 0)}).band_scale));
}

// Forecast b < c < a < d, measured c < a < b < d.
TEST(HeldOutScore, KnowsWhatThePickCosts) {
  const HeldOutScore score =
      score_of({run("a", 0, 3.02, 3.04), run("b", 0, 3.05, 3.00), run("c", 0, 3.00, 3.01), run("d", 0, 3.09, 3.10)});
  ASSERT_EQ(score.choices.size(), 1u);
  const Choice& choice = score.choices[0];
  EXPECT_EQ(choice.among, "first, 1000 steps");
  EXPECT_EQ(choice.recipes, 4u);
  EXPECT_EQ(choice.pick, "b");
  EXPECT_EQ(choice.best, "c");
  EXPECT_NEAR(choice.regret, 0.05, kRounding);
  EXPECT_NEAR(choice.blind_regret, (0.02 + 0.05 + 0 + 0.09) / 4, kRounding);
  EXPECT_TRUE(*choice.best_in_forecast_top);
  EXPECT_FALSE(*choice.pick_in_measured_top);
  EXPECT_NEAR(*score.regret, 0.05, kRounding);
  EXPECT_EQ(*score.best_in_forecast_top, 1);
  EXPECT_EQ(*score.pick_in_measured_top, 0);
}

// The other reading fails where the truly best comes third in the forecast, and the pick is truly second.
TEST(HeldOutScore, ReadsTopTwoBothWays) {
  const HeldOutScore score = score_of({run("a", 0, 3.00, 3.03), run("b", 0, 3.01, 3.00), run("c", 0, 3.05, 3.01)});
  EXPECT_EQ(*score.best_in_forecast_top, 0);
  EXPECT_EQ(*score.pick_in_measured_top, 1);
}

// Folds of one run each are compared across folds, among runs of as many steps; two are too few for a top of two.
TEST(HeldOutScore, ChoosesAcrossFoldsAmongRunsOfAsManySteps) {
  std::vector<HeldOutRun> runs = {run("a", 0, 3.02, 3.00), run("b", 1, 3.00, 3.01), run("c", 2, 2.00, 2.00)};
  runs[2].total_steps = 9000;
  const HeldOutScore score = score_of(runs);
  ASSERT_EQ(score.choices.size(), 1u);
  EXPECT_EQ(score.choices[0].among, "all, 1000 steps");
  EXPECT_EQ(score.choices[0].pick, "a");
  EXPECT_NEAR(*score.regret, 0.02, kRounding);
  EXPECT_FALSE(score.best_in_forecast_top.has_value());
}

// One of two repeats is the best of all by chance; their mean is not.
TEST(HeldOutScore, TakesRepeatsForOneRecipe) {
  std::vector<HeldOutRun> runs = {run("a", 0, 2.98, 3.01), run("a_again", 0, 3.04, 3.01), run("b", 1, 3.00, 3.02)};
  runs[1].recipe = "a";
  const HeldOutScore score = score_of(runs);
  ASSERT_EQ(score.choices.size(), 1u);
  EXPECT_EQ(score.choices[0].best, "b");
  EXPECT_NEAR(*score.regret, 0.01, kRounding);
}

TEST(HeldOutScore, HasNoRegretWithoutAChoice) {
  const HeldOutScore score = score_of({run("a", 0, 3, 3)});
  EXPECT_TRUE(score.choices.empty());
  EXPECT_FALSE(score.regret.has_value());
  EXPECT_FALSE(score.rank_correlation.has_value());
}

}  // namespace
}  // namespace losscast::test
