// One hill across one block: moments and step against the exact formulas.
#include "losscast/model/cir.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace losscast::test {
namespace {

using Moments = CirMoments<double>;

Moments exact(const Moments& old, double k, double level, double d, double dt) {
  const double once = std::exp(-k * dt), twice = std::exp(-2 * k * dt), s2 = 4 * k * level / d;
  return {level + (old.mean - level) * once,
          old.variance * twice + s2 * (old.mean * (once - twice) / k + level * (1 - once) * (1 - once) / (2 * k))};
}

TEST(CirMoments, AreTheExactOnesForAnyTime) {
  for (const double k_dt : {1e-3, 0.1, 1.0, 10.0}) {
    const Moments old{0.3, 0.002};
    const double k = 5, level = 0.2, d = 30;
    const Moments expected = exact(old, k, level, d, k_dt / k);
    const double g = cir_relaxation<Scheme::exact_moments>(k_dt);
    const Moments actual = cir_moments<Scheme::exact_moments>(old, g, g * level, 4 / d);
    EXPECT_NEAR(actual.mean, expected.mean, 1e-14) << k_dt;
    EXPECT_NEAR(actual.variance, expected.variance, 1e-12 * expected.variance) << k_dt;
  }
}

// One block, or the same time in a thousand small ones.
TEST(CirMoments, ComposeOverSmallSteps) {
  const double k_dt = 2.5, level = 0.2, four_over_d = 0.1;
  Moments many{0.3, 0.002};
  const double small = cir_relaxation<Scheme::exact_moments>(k_dt / 1000);
  for (int i = 0; i < 1000; ++i) many = cir_moments<Scheme::exact_moments>(many, small, small * level, four_over_d);
  const double g = cir_relaxation<Scheme::exact_moments>(k_dt);
  const Moments one = cir_moments<Scheme::exact_moments>({0.3, 0.002}, g, g * level, four_over_d);
  EXPECT_NEAR(one.mean, many.mean, 1e-12 * many.mean);
  EXPECT_NEAR(one.variance, many.variance, 1e-12 * many.variance);
}

// Stationary: 2 l^2 / d; Euler-Maruyama inflates it by 1 / (1 - k dtau / 2).
TEST(CirMoments, HaveTheKnownStationaryVariances) {
  const double k_dt = 0.4, level = 0.2, d = 30;
  Moments by_euler, by_moments;
  const double one = cir_relaxation<Scheme::euler>(k_dt), other = cir_relaxation<Scheme::exact_moments>(k_dt);
  for (int i = 0; i < 1000; ++i) {
    by_euler = cir_moments<Scheme::euler>(by_euler, one, one * level, 4 / d);
    by_moments = cir_moments<Scheme::exact_moments>(by_moments, other, other * level, 4 / d);
  }
  const double stationary = 2 * level * level / d;
  EXPECT_NEAR(by_moments.mean, level, 1e-14);
  EXPECT_NEAR(by_euler.mean, level, 1e-14);
  EXPECT_NEAR(by_moments.variance, stationary, 1e-12 * stationary);
  EXPECT_NEAR(by_euler.variance, stationary / (1 - k_dt / 2), 1e-12 * stationary);
}

TEST(CirMoments, WithoutALevelOnlyDecay) {
  const double g = cir_relaxation<Scheme::exact_moments>(0.7);
  const Moments after = cir_moments<Scheme::exact_moments>(Moments{1.0, 0.5}, g, 0.0, 0.1);
  EXPECT_NEAR(after.mean, std::exp(-0.7), 1e-15);
  EXPECT_NEAR(after.variance, 0.5 * std::exp(-1.4), 1e-15);
}

template <class Real>
LevelLine<Real> line(Real average, Real change, Real dtau) {
  return level_line(Drive<Real>{dtau, dtau, average, change});
}

// Computes the gain in 64 bits of mantissa, by the Langevin function L(y) = coth y - 1 / y: it is
// G = g [average + change L(k dtau / 2)].
long double expected_gain(long double average, long double change, long double k_dtau) {
  const long double y = k_dtau / 2;
  const long double langevin = y < 1e-3L ? y / 3 - y * y * y / 45 : std::cosh(y) / std::sinh(y) - 1 / y;
  return -std::expm1(-k_dtau) * (average + change * langevin);
}

// Its terms are of the size of the level and of the rise, and each is rounded a few times.
template <class Real>
void expect_gain(double eps) {
  constexpr double kRate = 7, kAverage = 1.3, kChange = 0.4;
  for (double x = 1e-4; x < 60; x *= 1.03) {
    const auto rate = static_cast<Real>(kRate), dtau = static_cast<Real>(x / kRate);
    const auto average = static_cast<Real>(kAverage), change = static_cast<Real>(kChange);
    const Real g = cir_relaxation<Scheme::exact_moments>(rate * dtau);
    const Real gain = cir_gain<Scheme::exact_moments>(line(average, change, dtau), Real(1) / rate, g);
    const auto expected = static_cast<double>(
        expected_gain(average, change, static_cast<long double>(rate) * static_cast<long double>(dtau)));
    EXPECT_NEAR(static_cast<double>(gain), expected, eps * (3 * static_cast<double>(g) * kAverage + 8 * kChange)) << x;
  }
}

TEST(CirGain, IsThatOfALineInDouble) { expect_gain<double>(1.2e-16); }
TEST(CirGain, IsThatOfALineInFloat) { expect_gain<float>(6e-8); }

// A level that moves along a line, in blocks so fine that its steps do not matter: midpoint levels err by the
// square of their number.
TEST(CirGain, IsWhatManySmallStepsAdd) {
  for (const double k_dt : {0.05, 0.5, 0.7, 3.0, 30.0}) {
    const double average = 0.2, change = 0.15;
    constexpr int kPieces = 20000;
    Moments fine{0.4, 0};
    const double small = cir_relaxation<Scheme::exact_moments>(k_dt / kPieces);
    for (int i = 0; i < kPieces; ++i) {
      const double t = -1 + 2 * (i + 0.5) / kPieces;
      fine = cir_moments<Scheme::exact_moments>(fine, small, small * (average + change * t), 0.0);
    }
    const double g = cir_relaxation<Scheme::exact_moments>(k_dt);
    const double gain = cir_gain<Scheme::exact_moments>(line(average, change, k_dt), 1.0, g);
    const Moments one = cir_moments<Scheme::exact_moments>(Moments{0.4, 0}, g, gain, 0.0);
    EXPECT_NEAR(one.mean, fine.mean, change * (1e-11 + k_dt * k_dt / kPieces / kPieces)) << k_dt;
  }
}

TEST(CirGain, IsThatOfTheAverageUnderEuler) {
  EXPECT_FLOAT_EQ(cir_gain<Scheme::euler>(line(0.2f, 0.1f, 0.5f), 1.0f, 0.5f), 0.5f * 0.2f);
}

TEST(CirGain, IsNeverNegative) {
  const float g = cir_relaxation<Scheme::exact_moments>(20.0f);
  EXPECT_GT(cir_gain<Scheme::exact_moments>(line(0.1f, -0.05f, 20.0f), 1.0f, g), 0.0f);  // control
  EXPECT_EQ(cir_gain<Scheme::exact_moments>(line(0.1f, -0.2f, 20.0f), 1.0f, g), 0.0f);
}

TEST(CirGain, IsNothingInABlockThatTakesNoTime) {
  const float g = cir_relaxation<Scheme::exact_moments>(0.0f);
  EXPECT_EQ(cir_gain<Scheme::exact_moments>(line(0.0f, 0.0f, 0.0f), 1.0f, g), 0.0f);
}

// The step is affine in z: z = 1 and -1 give its conditional mean and deviation. FP32: a few units in the last place.
TEST(CirStep, HasTheExactConditionalMoments) {
  for (const double k_dt : {0.01, 1.0, 8.0}) {
    for (const double v : {0.0, 0.1, 0.5}) {
      const double level = 0.2, d = 30;
      const Moments expected = exact({v, 0}, 1.0, level, d, k_dt);
      const float g = cir_relaxation<Scheme::exact_moments>(static_cast<float>(k_dt));
      const auto step = [&](float z) {
        return static_cast<double>(cir_exact_step(static_cast<float>(v), g, g * static_cast<float>(level),
                                                  std::sqrt(static_cast<float>(4 / d)), z));
      };
      EXPECT_NEAR((step(1) + step(-1)) / 2, expected.mean, 4e-7 * (v + level));
      EXPECT_NEAR((step(1) - step(-1)) / 2, std::sqrt(expected.variance),
                  4e-7 * (v + level) + 1e-5 * std::sqrt(expected.variance));
    }
  }
}

TEST(CirStep, OfEulerIsEulerMaruyama) {
  const float v = 0.3f, g = 0.25f, level = 0.2f, noise = 0.1f * level, z = 1.7f;
  const double expected = 0.3 + 0.25 * (0.2 - 0.3) + std::sqrt(0.1 * 0.2 * 0.25 * 0.3) * 1.7;
  EXPECT_NEAR(cir_euler_step(v, g, level, noise, z), expected, 1e-7);
}

// Full truncation: drift and diffusion see max(v, 0), while the state keeps its sign.
TEST(CirStep, ANegativeStateDriftsAsIfItWereZeroAndKeepsItsDepth) {
  EXPECT_FLOAT_EQ(cir_euler_step(-0.1f, 0.25f, 0.2f, 0.1f, 3.0f), -0.1f + 0.25f * 0.2f);
  EXPECT_FLOAT_EQ(cir_euler_step(0.1f, 0.25f, 0.2f, 0.0f, 3.0f), 0.1f + 0.25f * 0.1f);  // control
}

TEST(CirStep, WithoutNoiseFollowsTheMean) {
  const float g = cir_relaxation<Scheme::exact_moments>(0.3f);
  for (const float z : {-2.0f, 0.0f, 5.0f})
    EXPECT_FLOAT_EQ(cir_exact_step(0.4f, g, g * 0.2f, 0.0f, z), 0.4f + g * (0.2f - 0.4f));
}

}  // namespace
}  // namespace losscast::test
