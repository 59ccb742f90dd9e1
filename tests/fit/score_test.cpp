#include "losscast/fit/score.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace losscast::test {
namespace {

constexpr double kRounding = 1e-14;

TEST(Score, OfHandMadeNumbers) {
  // Errors 0.1, 0, -0.2, 0.1 around losses of mean 2.5 and squared spread 5.
  const std::vector<double> measured = {4, 3, 2, 1}, predicted = {4.1, 3, 1.8, 1.1};
  const Score out = score(measured, predicted);
  EXPECT_NEAR(out.mae, 0.4 / 4, kRounding);
  EXPECT_NEAR(out.rmse, std::sqrt(0.06 / 4), kRounding);
  EXPECT_NEAR(out.r2, 1 - 0.06 / 5, kRounding);
  EXPECT_NEAR(out.pred_e, (0.1 / 4 + 0.2 / 2 + 0.1 / 1) / 4, kRounding);
  EXPECT_NEAR(out.worst_e, 0.1, kRounding);
}

TEST(Score, OfAPerfectPrediction) {
  const std::vector<double> measured = {3.5, 3.25, 3.0};
  const Score out = score(measured, measured);
  EXPECT_EQ(out.r2, 1);
  EXPECT_EQ(out.mae, 0);
  EXPECT_EQ(out.rmse, 0);
  EXPECT_EQ(out.pred_e, 0);
  EXPECT_EQ(out.worst_e, 0);
}

TEST(Score, OfTheMeanAsPredictionExplainsNothing) {
  const std::vector<double> measured = {4, 3, 2, 1}, mean(4, 2.5);
  EXPECT_NEAR(score(measured, mean).r2, 0, kRounding);
}

TEST(Score, OfAFlatCurveHasNoVarianceToExplain) {
  const std::vector<double> measured = {3, 3}, predicted = {3, 3.1};
  const Score out = score(measured, predicted);
  EXPECT_EQ(out.r2, 0);
  EXPECT_NEAR(out.mae, 0.05, kRounding) << "the other metrics hold all the same";
}

TEST(Average, IsTakenMetricByMetric) {
  const std::vector<Score> scores = {{0.9, 0.1, 0.2, 0.03, 0.4}, {0.7, 0.3, 0.6, 0.05, 0.2}};
  const Score out = average(scores);
  EXPECT_NEAR(out.r2, 0.8, kRounding);
  EXPECT_NEAR(out.mae, 0.2, kRounding);
  EXPECT_NEAR(out.rmse, 0.4, kRounding);
  EXPECT_NEAR(out.pred_e, 0.04, kRounding);
  EXPECT_NEAR(out.worst_e, 0.3, kRounding);
}

}  // namespace
}  // namespace losscast::test
