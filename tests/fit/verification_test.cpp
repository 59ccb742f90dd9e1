// A forecast on record against measured points, computed by hand.
#include "losscast/fit/verification.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

constexpr double kScore = 1.6448536269514722, kRounding = 1e-12;

// Falls from 4 to 3 nats between steps 100 and 1000; twice as wide above the median as below.
RecordedForecast straight_forecast(double observation_noise = 0) {
  return {1000, observation_noise, {{100, 4.0, 3.9, 4.0, 4.2}, {1000, 3.0, 2.9, 3.0, 3.2}}};
}

std::vector<CurvePoint> points_off_by(double error, Step last = 1000) {
  std::vector<CurvePoint> points;
  for (Step s = 0; s <= last; s += 100) points.push_back({s, 4 - static_cast<double>(s - 100) / 900 + error});
  return points;
}

TEST(Verification, ScoresAFinishedRun) {
  const Verification all = verify_forecast(straight_forecast(), points_off_by(0.1));
  EXPECT_TRUE(all.finished);
  ASSERT_EQ(all.points.size(), 10u) << "the first point lies in the warm-up";
  EXPECT_EQ(all.points.front().step, 100);
  EXPECT_EQ(all.last.step, 1000);
  EXPECT_NEAR(all.last.measured, 3.1, kRounding);
  EXPECT_NEAR(all.last.error(), 0.1, kRounding);
  EXPECT_NEAR(all.last.q95, 3.2, kRounding);
  EXPECT_NEAR(all.last.q05, 2.9, kRounding);
  EXPECT_NEAR(all.last.z, kScore / 2, kRounding);
  EXPECT_NEAR(all.last.probability, 0.794582988, 1e-8);  // of a standard normal below 0.8224268
  EXPECT_NEAR(all.mean_error, 0.1, kRounding);
  EXPECT_NEAR(all.mean_abs_error, 0.1, kRounding);
  EXPECT_EQ(all.share_in_band, 1);
  EXPECT_EQ(all.sentence,
            "The run ended at 3.1000 nats, 0.1000 above the forecast and inside its 90% band (z = +0.8); 100% of 10 "
            "points lie in their bands.");
}

TEST(Verification, AveragesBandsAsTheLossesAre) {
  constexpr Step kMeanOver = 51;
  std::vector<CurvePoint> points = points_off_by(0);
  for (CurvePoint& point : points) point.loss += 25.0 / 900;  // the middle of its updates is 25 before it
  const Verification all = verify_forecast(straight_forecast(), points, kMeanOver);
  EXPECT_EQ(all.points.front().step, 200) << "at step 100 some updates are before the forecast";
  EXPECT_NEAR(all.mean_abs_error, 0, kRounding);
  EXPECT_NEAR(all.last.measured, 3.0, kRounding) << "of the last update alone";
  EXPECT_NEAR(verify_forecast(straight_forecast(), points).mean_error, 25.0 / 900, kRounding);
}

TEST(Verification, HasASideOfItsOwnBelowTheMedian) {
  const Verification all = verify_forecast(straight_forecast(), points_off_by(-0.15));
  EXPECT_NEAR(all.last.z, -1.5 * kScore, kRounding);
  EXPECT_FALSE(all.last.in_band());
  EXPECT_EQ(all.share_in_band, 0);
  EXPECT_NE(all.sentence.find("0.1500 below the forecast and outside its 90% band"), std::string::npos) << all.sentence;
}

// Three of ten points lie 0.3 above.
TEST(Verification, CountsThePointsInTheirBands) {
  std::vector<CurvePoint> points = points_off_by(0);
  for (const std::size_t i : {2, 4, 6}) points[i].loss += 0.3;
  EXPECT_NEAR(verify_forecast(straight_forecast(), points).share_in_band, 0.7, kRounding);
}

// The end is the mean of the last three points, along the forecast: an outlier of 0.3 counts for a third.
TEST(Verification, MeasuresTheEndByThreePoints) {
  std::vector<CurvePoint> points = points_off_by(0);
  points.back().loss += 0.3;
  const Verification all = verify_forecast(straight_forecast(), points);
  EXPECT_NEAR(all.last.error(), 0.1, kRounding);
  EXPECT_NEAR(all.points.back().error(), 0.3, kRounding);
}

// A logged point has noise of its own, of which a mean of three has less.
TEST(Verification, AllowsForTheNoiseOfLoggedPoints) {
  const double noise = 0.06;
  const Verification all = verify_forecast(straight_forecast(noise), points_off_by(0));
  EXPECT_NEAR(all.points[3].q95 - all.points[3].measured, std::hypot(0.2, kScore * noise), kRounding);
  EXPECT_NEAR(all.last.measured - all.last.q05, std::hypot(0.1, kScore * noise / std::sqrt(3.0)), kRounding);
}

TEST(Verification, SaysHowFarARunHasCome) {
  const Verification all = verify_forecast(straight_forecast(), points_off_by(0, 400));
  EXPECT_FALSE(all.finished);
  EXPECT_EQ(all.last.step, 400);
  EXPECT_NE(all.sentence.find("The run has come to step 400 of 1000 (40%)"), std::string::npos) << all.sentence;
  EXPECT_NE(all.sentence.find("Its end is still to come."), std::string::npos) << all.sentence;
}

// Logs seldom end on the last step.
TEST(Verification, KnowsARunToBeFinishedWhenNoFurtherPointFits) {
  std::vector<CurvePoint> points = points_off_by(0, 900);
  EXPECT_FALSE(verify_forecast(straight_forecast(), points).finished) << "the next one would be at 1000";
  points.back().step = 950;  // the next one would be at 1100
  EXPECT_TRUE(verify_forecast(straight_forecast(), points).finished);
  EXPECT_FALSE(verify_forecast(straight_forecast(), std::vector<CurvePoint>{{950, 3.1}}).finished);
  EXPECT_TRUE(verify_forecast(straight_forecast(), std::vector<CurvePoint>{{1000, 3.1}}).finished);
}

TEST(Verification, HasAScoreForBandsWithoutWidth) {
  const RecordedForecast forecast = {1000, 0, {{1000, 3.0, 3.0, 3.0, 3.0}}};
  const Verification exact = verify_forecast(forecast, std::vector<CurvePoint>{{1000, 3.0}});
  EXPECT_EQ(exact.last.z, 0);
  EXPECT_TRUE(exact.last.in_band());
  const Verification above = verify_forecast(forecast, std::vector<CurvePoint>{{1000, 3.1}});
  EXPECT_TRUE(std::isinf(above.last.z));
  EXPECT_EQ(above.last.probability, 1);
}

TEST(Verification, RefusesRunsThatAreNotThoseOnRecord) {
  std::vector<CurvePoint> points = points_off_by(0);
  points.push_back({1001, 3.0});
  expect_error(ExitCode::usage_or_input, {"step 1001 is past the end", "1000 steps"},
               [&] { verify_forecast(straight_forecast(), points); });
  expect_error(ExitCode::usage_or_input, {"no point from step 100 on", "warm-up"}, [&] {
    verify_forecast(straight_forecast(), std::vector<CurvePoint>{{50, 5.0}, {99, 4.5}});
  });
}

}  // namespace
}  // namespace losscast::test
