// The distribution of one simulated hill against the laws of the CIR process: Gamma(d/2) in the stationary state, and
// the transition as the sum of d squared Ornstein-Uhlenbeck coordinates, simulated exactly.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "losscast/model/cir.hpp"
#include "tests/model/normals.hpp"
#include "tests/random/statistics.hpp"

namespace losscast::test {
namespace {

// P(X <= x) for X ~ Gamma(shape, 1), whole shapes: 1 - e^-x sum_{i < shape} x^i / i!
double gamma_law(int shape, double x) {
  if (x <= 0) return 0;
  double term = std::exp(-x), sum = 0;
  for (int i = 0; i < shape; ++i) {
    sum += term;
    term *= x / (i + 1);
  }
  return 1 - sum;
}

constexpr int kDimensions = 20;

// Simulates hills at rate 1 and level 1, from 0 until 10 relaxation times, in steps of 0.005. Euler-Maruyama's variance
// is too large by 1 / (1 - 0.0025): that moves the law by at most 0.25 x 0.0025 / 2, a fiftieth of what the test can
// tell.
std::vector<float> stationary_hills() {
  constexpr int kHills = 40'000, kSteps = 2'000;
  constexpr float kTime = 0.005f;
  std::vector<float> out;
  for (int i = 0; i < kHills; ++i) {
    Normals normal(31, static_cast<std::uint64_t>(i));
    float v = 0;
    for (int s = 0; s < kSteps; ++s) v = cir_euler_step(v, kTime, 1.0f, 4.0f / kDimensions, normal());
    out.push_back(v);
  }
  return out;
}

TEST(CirLaw, ManySmallEulerStepsEndInTheStationaryGammaLaw) {
  const auto hills = stationary_hills();
  const auto law = [](double v) { return gamma_law(kDimensions / 2, v * kDimensions / 2); };
  EXPECT_LT(statistics::kolmogorov_statistic(hills, law), statistics::kLargestKolmogorovStatistic);
  // The control: the normal law of the same mean and variance, 2 / d, is told apart.
  const auto normal = [](double v) { return statistics::normal_law((v - 1) / std::sqrt(2.0 / kDimensions)); };
  EXPECT_GT(statistics::kolmogorov_statistic(hills, normal), statistics::kLargestKolmogorovStatistic);
}

// Largest distance of two empirical laws, in units in which it has Kolmogorov's law.
double two_sample_statistic(std::vector<float> a, std::vector<float> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  const auto n = static_cast<double>(a.size()), m = static_cast<double>(b.size());
  double distance = 0;
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    const float v = std::min(a[i], b[j]);
    while (i < a.size() && a[i] == v) ++i;
    while (j < b.size() && b[j] == v) ++j;
    distance = std::max(distance, std::abs(static_cast<double>(i) / n - static_cast<double>(j) / m));
  }
  return distance * std::sqrt(n * m / (n + m));
}

// V is the sum of d squared coordinates dX = -k/2 X dt + sqrt(k l / d) dW: after time t each is
// X e^(-kt/2) + sqrt(l (1 - e^(-kt)) / d) Z. The start is the same for all: X = sqrt(v / d).
float exact_transition(double v, double k_dt, double level, int d, Normals& normal) {
  const double start = std::sqrt(v / d) * std::exp(-k_dt / 2), spread = std::sqrt(level * -std::expm1(-k_dt) / d);
  double sum = 0;
  for (int i = 0; i < d; ++i) {
    const double x = start + spread * static_cast<double>(normal());
    sum += x * x;
  }
  return static_cast<float>(sum);
}

// One long block with thousands of dimensions: there the law is so nearly normal (its skewness of 0.04 moves it by
// 0.003) that 5,000 samples of each cannot tell them apart, unless mean or variance are wrong.
TEST(CirLaw, OneLongStepOfExactMomentsHasTheLawOfTheTransition) {
  constexpr int kHills = 5'000, kManyDimensions = 4'000;
  constexpr float kRateTimesClock = 1.5f, kLevel = 0.1f, kFourOverD = 4.0f / kManyDimensions;
  const float g = cir_relaxation<Scheme::exact_moments>(kRateTimesClock);
  for (const float v : {0.0f, 0.03f, 0.3f}) {
    std::vector<float> stepped, wider, exact;
    for (int i = 0; i < kHills; ++i) {
      Normals one(32, static_cast<std::uint64_t>(i)), other(33, static_cast<std::uint64_t>(i));
      const float z = one();
      stepped.push_back(cir_exact_step(v, g, g * kLevel, std::sqrt(kFourOverD), z));
      wider.push_back(cir_exact_step(v, g, g * kLevel, std::sqrt(2 * kFourOverD), z));
      exact.push_back(exact_transition(v, kRateTimesClock, kLevel, kManyDimensions, other));
    }
    EXPECT_LT(two_sample_statistic(stepped, exact), statistics::kLargestKolmogorovStatistic) << v;
    // The control: twice the variance is told apart.
    EXPECT_GT(two_sample_statistic(wider, exact), statistics::kLargestKolmogorovStatistic) << v;
  }
}

}  // namespace
}  // namespace losscast::test
