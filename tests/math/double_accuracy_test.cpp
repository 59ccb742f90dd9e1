// FP64 functions against long double, at random arguments over their domains.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "losscast/math/elementary.hpp"

namespace losscast::test {
namespace {

constexpr int kPoints = 500'000;
// The documented bound of every function but pow.
constexpr double kRelativeError = 3e-16;

class DoubleAccuracy : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::numeric_limits<long double>::digits <= std::numeric_limits<double>::digits) {
      GTEST_SKIP() << "long double is no wider than double here: there is nothing to compare FP64 with";
    }
  }

  double symmetric(double limit) { return std::uniform_real_distribution<double>(-limit, limit)(engine_); }

  // Alternately near 1, where log(x) is small, and over all sizes.
  double positive(int i) { return i % 2 == 0 ? 1.0 + symmetric(0.4) : std::exp2(symmetric(1000.0)); }

  static double relative_error(double value, long double exact) {
    return exact == 0.0L ? std::abs(value) : static_cast<double>(std::abs((value - exact) / exact));
  }

 private:
  std::mt19937_64 engine_{1};
};

TEST_F(DoubleAccuracy, Exp) {
  for (int i = 0; i < kPoints; ++i) {
    const double x = symmetric(i % 2 == 0 ? 1.0 : 708.0);
    ASSERT_LE(relative_error(math::exp(x), std::exp(static_cast<long double>(x))), kRelativeError) << x;
  }
}

TEST_F(DoubleAccuracy, Expm1) {
  for (int i = 0; i < kPoints; ++i) {
    const double x = i % 3 == 0 ? symmetric(700.0) : std::copysign(std::exp2(-symmetric(30.0)), symmetric(1.0));
    if (x > 709.0) continue;
    ASSERT_LE(relative_error(math::expm1(x), std::expm1(static_cast<long double>(x))), kRelativeError) << x;
  }
}

TEST_F(DoubleAccuracy, Log) {
  for (int i = 0; i < kPoints; ++i) {
    const double x = positive(i);
    ASSERT_LE(relative_error(math::log(x), std::log(static_cast<long double>(x))), kRelativeError) << x;
  }
}

TEST_F(DoubleAccuracy, Pow) {
  for (int i = 0; i < kPoints; ++i) {
    const double x = positive(i);
    const double y = symmetric(i % 4 < 2 ? 20.0 : 700.0) / std::log(x);
    if (!std::isfinite(y)) continue;  // x = 1
    const double size = std::abs(y * std::log(x));
    ASSERT_LE(relative_error(math::pow(x, y), std::pow(static_cast<long double>(x), static_cast<long double>(y))),
              kRelativeError + 4e-17 * size)
        << x << " to the power " << y;
  }
}

TEST_F(DoubleAccuracy, CosPi) {
  constexpr long double kPi = 3.14159265358979323846264338327950288L;
  for (int i = 0; i < kPoints; ++i) {
    const double x = symmetric(i % 2 == 0 ? 1.0 : 1e6);
    const double rest = std::abs(std::remainder(x, 2.0));  // exact, in [0, 1]
    // cos(pi rest) as a sine around its zero at 1/2, where the cosine would lose digits.
    const long double exact = rest > 0.25 && rest < 0.75 ? std::sin(kPi * (0.5L - rest)) : std::cos(kPi * rest);
    ASSERT_LE(relative_error(math::cos_pi(x), exact), kRelativeError) << x;
  }
}

TEST(DoubleSqrt, IsExactForSquares) {
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(math::sqrt(static_cast<double>(i) * i), i);
}

TEST(DoubleFma, RoundsOnce) {
  const double a = 1.0 + 0x1p-52;
  EXPECT_EQ(math::fma(a, a, -1.0 - 0x1p-51), 0x1p-104);
}

}  // namespace
}  // namespace losscast::test
