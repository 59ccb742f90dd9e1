// FP32 functions against double precision, on a part of their arguments that takes seconds. The slow test takes all.
#include <gtest/gtest.h>

#include <random>

#include "tests/math/float_functions.hpp"
#include "tests/math/turns.hpp"

namespace losscast::accuracy {
namespace {

// A prime, so that the low bits of the patterns take all values in turn.
constexpr std::uint32_t kStride = 251;

class FloatAccuracy : public ::testing::TestWithParam<FloatFunction> {};

TEST_P(FloatAccuracy, StaysWithinTheDocumentedBoundOverABinade) {
  const WorstError worst = worst_error(GetParam(), GetParam().binade, 1);
  EXPECT_LE(worst.ulps, GetParam().largest_ulps) << "at " << worst.argument;
}

TEST_P(FloatAccuracy, StaysWithinTheDocumentedBoundOverTheDomain) {
  for (const BitRange& range : GetParam().domain) {
    const WorstError worst = worst_error(GetParam(), range, kStride);
    EXPECT_LE(worst.ulps, GetParam().largest_ulps) << "at " << worst.argument;
  }
}

INSTANTIATE_TEST_SUITE_P(, FloatAccuracy, ::testing::ValuesIn(float_functions()),
                         [](const auto& instance) { return instance.param.name; });

TEST(SincosTurns, StaysWithinTheDocumentedBound) { EXPECT_LE(worst_error_of_turns(kStride), kLargestErrorOfTurns); }

// Relative error of pow in FP32, and the bound that its documentation gives.
struct PowCase {
  const char* name;
  double largest_log2;  // of the result
};

class FloatPow : public ::testing::TestWithParam<PowCase> {};

TEST_P(FloatPow, StaysWithinTheDocumentedBound) {
  constexpr int kPoints = 1'000'000;
  std::mt19937_64 engine(1);
  std::uniform_real_distribution<double> symmetric(-1.0, 1.0);
  for (int i = 0; i < kPoints; ++i) {
    // Bases near 1, whose logarithms are the hardest, in turn with bases of all sizes.
    const float x =
        static_cast<float>(i % 2 == 0 ? 1.0 + 0.4 * symmetric(engine) : std::exp2(126.0 * symmetric(engine)));
    const float y = static_cast<float>(GetParam().largest_log2 * symmetric(engine) / std::log2(static_cast<double>(x)));
    if (!std::isfinite(y)) continue;  // x = 1
    const double exact = std::pow(static_cast<double>(x), static_cast<double>(y));
    if (exact < 0x1p-126) continue;  // a denormal has no relative bound
    const double size = std::abs(std::log(static_cast<double>(x)) * y);
    ASSERT_LE(std::abs(math::pow(x, y) - exact), (1.2e-7 + 1.8e-8 * size) * exact) << x << " to the power " << y;
  }
}

INSTANTIATE_TEST_SUITE_P(, FloatPow, ::testing::Values(PowCase{"SmallResults", 20.0}, PowCase{"AllResults", 126.0}),
                         [](const auto& instance) { return instance.param.name; });

// The inner loop's power: its documented range and bound.
TEST(FloatPower, StaysWithinTheDocumentedBound) {
  constexpr int kPoints = 1'000'000;
  std::mt19937_64 engine(3);
  std::uniform_real_distribution<double> symmetric(-1.0, 1.0);
  for (const double largest : {1.0, 10.0, 80.0}) {
    for (int i = 0; i < kPoints; ++i) {
      // Bases near 1, whose logarithms are the hardest, in turn with bases of all sizes.
      const float x =
          static_cast<float>(i % 2 == 0 ? 1.0 + 0.4 * symmetric(engine) : std::exp2(126.0 * symmetric(engine)));
      const double log_x = std::log(static_cast<double>(x));
      const float y = static_cast<float>(largest * symmetric(engine) / log_x);
      const double size = std::abs(log_x * y);
      if (!(size < 80.0)) continue;  // x = 1, or rounded upwards
      const double exact = std::exp(log_x * y);
      ASSERT_LE(std::abs(ReproducibleMath::exp(y * ReproducibleMath::log(x)) - exact), 1.5e-7 * (1.0 + size) * exact)
          << x << " to the power " << y;
    }
  }
}

TEST(FloatSqrt, IsCorrectlyRounded) {
  std::mt19937 engine(2);
  for (int i = 0; i < 100'000; ++i) {
    const float x = math::internal::from_bits(static_cast<std::uint32_t>(engine() & 0x7f7fffffU));
    ASSERT_EQ(math::sqrt(x), static_cast<float>(std::sqrt(static_cast<double>(x)))) << x;
  }
}

// The product of two floats is exact in double, and so is this sum, whose terms are close in size.
TEST(FloatFma, RoundsOnce) {
  const float a = 1.0f + 0x1p-23f;
  EXPECT_EQ(math::fma(a, a, -1.0f - 0x1p-22f), 0x1p-46f);
  EXPECT_EQ(math::fma(a, 1.0f, -1.0f), 0x1p-23f);
}

}  // namespace
}  // namespace losscast::accuracy
