#include "fit/law_error.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

constexpr std::int64_t kSamples = 20'000;

RecipeFeatures at(double first, double second) { return {first, second, 3, 0, 0, 0}; }

// Sample mean of the product of the errors at two places.
double covariance(const UnitLawError& error, const RecipeFeatures& a, const RecipeFeatures& b) {
  double sum = 0;
  for (std::int64_t i = 0; i < kSamples; ++i) sum += error.at(i, a) * error.at(i, b);
  return sum / static_cast<double>(kSamples);
}

// The standard error of a product of two such variables is sqrt(2 / n) at most; five of them.
const double kFiveErrors = 5 * std::sqrt(2.0 / static_cast<double>(kSamples));

TEST(LawError, HasTheVarianceAndTheCorrelationOfItsKernel) {
  const UnitLawError error(7, kSamples);
  for (const double apart : {0.0, 0.5, 1.0, 2.0, 4.0}) {
    const double expected = std::exp(-apart * apart / 2);
    EXPECT_NEAR(covariance(error, at(1, -2), at(1 + apart, -2)), expected, kFiveErrors) << apart;
    EXPECT_NEAR(covariance(error, at(1, -2), at(1, -2 - apart)), expected, kFiveErrors) << apart;
  }
}

TEST(LawError, IsNearlyNormal) {
  const UnitLawError error(7, kSamples);
  double mean = 0;
  std::int64_t beyond = 0;
  for (std::int64_t i = 0; i < kSamples; ++i) {
    const double value = error.at(i, at(0, 0));
    mean += value / static_cast<double>(kSamples);
    beyond += std::abs(value) > 1.6448536 ? 1 : 0;  // 10% of normal variates are
  }
  EXPECT_NEAR(mean, 0, 5 / std::sqrt(static_cast<double>(kSamples)));
  // A sum of 8 cosines has a kurtosis of 3 (1 - 1/16): the share is within a hundredth of the normal one.
  EXPECT_NEAR(static_cast<double>(beyond) / static_cast<double>(kSamples), 0.1, 0.02);
}

TEST(LawError, DependsOnSeedAndSampleAlone) {
  const UnitLawError few(7, 3), many(7, 10), other(8, 3);
  for (std::int64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(few.at(i, at(1, 2)), many.at(i, at(1, 2)));
    EXPECT_NE(few.at(i, at(1, 2)), other.at(i, at(1, 2)));
  }
  EXPECT_NE(few.at(0, at(1, 2)), few.at(1, at(1, 2)));
}

TEST(RecipeFeatures, AreEqualForWhatOnlyLooksDifferent) {
  LossSde sde;
  sde.weight_decay = 0.1;
  const RecipeFeatures plain = recipe_features(sde, constant());
  EXPECT_EQ(recipe_features(sde, Recipe(constant(), StepValues(0.1))), plain);
  EXPECT_NE(recipe_features(sde, Recipe(constant(), StepValues(0.2))), plain);
  EXPECT_NE(recipe_features(sde, wsd()), plain);
  // Four times the peak and the weight decay, or a batch, move one feature each.
  EXPECT_NEAR(recipe_features(sde, schedule("constant", {{"peak_lr", 4 * kPeak}}))[0] - plain[0], std::log(4.0) / 0.5,
              1e-12);
  // A constant run of 12,000 updates with a linear warm-up of 500, whose LR is half the peak on average.
  EXPECT_NEAR(plain[2] * 0.15, (12000 - 0.5 * 501) / 12000, 1e-6);
}

}  // namespace
}  // namespace losscast::test
