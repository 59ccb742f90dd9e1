#include "losscast/random/normal_quantile.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace losscast::test {
namespace {

// Tabulated to 15 decimals.
TEST(NormalQuantile, HasTheKnownValues) {
  EXPECT_EQ(normal_quantile(0.5), 0);
  EXPECT_NEAR(normal_quantile(0.75), 0.674489750196082, 1e-12);
  EXPECT_NEAR(normal_quantile(0.9), 1.281551565544600, 1e-12);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
  EXPECT_NEAR(normal_quantile(0.995), 2.575829303548901, 1e-12);
  EXPECT_NEAR(normal_quantile(0.9995), 3.290526731491926, 1e-12);
}

// Below a probability p lies the share p of the normal law. Probabilities near 1 are known to units in the last place
// of 1, of which the sum of the series costs some.
TEST(NormalQuantile, InvertsTheNormalLaw) {
  for (double tail = 0.5; tail > 1e-9; tail *= 0.8) {
    const double z = normal_quantile(1 - tail);
    const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::acos(-1.0));
    EXPECT_NEAR(0.5 * std::erfc(z / std::sqrt(2.0)), tail, 1e-12 * density + 10 * 1.1e-16) << tail;
  }
}

TEST(NormalQuantile, IsGoodUpToTheHighestProbability) {
  const double tail = 1 - kHighestNormalProbability;
  EXPECT_NEAR(0.5 * std::erfc(normal_quantile(kHighestNormalProbability) / std::sqrt(2.0)), tail, 1e-3 * tail);
}

TEST(NormalQuantile, Ascends) {
  double last = -1;
  for (double p = 0.5; p < 1; p += 0.001) {
    EXPECT_GT(normal_quantile(p), last) << p;
    last = normal_quantile(p);
  }
}

}  // namespace
}  // namespace losscast::test
