// Contributions to an objective, against the closed forms of the normal law.
#include "race/objective_units.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"

namespace losscast::test {
namespace {

std::vector<float> normals(std::size_t count, std::uint64_t seed) {
  std::vector<float> out(count);
  for (std::size_t i = 0; i < count; i += 4) {
    float four[4];
    normals4(random_bits(seed, Stream::search, i, 0, 0), four);
    std::copy_n(four, 4, out.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return out;
}

struct Moments {
  double mean, deviation;
};

Moments moments(const std::vector<float>& values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const float v : values) squares += (static_cast<double>(v) - mean) * (static_cast<double>(v) - mean);
  return {mean, std::sqrt(squares / n)};
}

constexpr std::size_t kPaths = 40'000;
constexpr double kQuantile = 1.6448536269514722, kDensity = 0.10313564037537128;  // of 95%, and there

// The mean estimates the objective, and the contributions' spread is its error: over many samples both are seen.
void expect_estimate(const Objective& objective, double truth) {
  constexpr int kRepeats = 60;
  double sum = 0, claimed = 0, squares = 0;
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    std::vector<float> losses = normals(kPaths, static_cast<std::uint64_t>(repeat));
    to_contributions(objective, losses);
    const Moments m = moments(losses);
    sum += m.mean - truth;
    squares += (m.mean - truth) * (m.mean - truth);
    claimed += m.deviation * m.deviation / kPaths / kRepeats;
  }
  // A variance of 60 values is known to 18%.
  EXPECT_NEAR(squares / kRepeats / claimed, 1, 4 * std::sqrt(2.0 / kRepeats));
  EXPECT_LT(std::abs(sum / kRepeats), 4 * std::sqrt(claimed / kRepeats) + 1e-4);
}

TEST(Contributions, ToAMeanAreTheLosses) {
  std::vector<float> losses = normals(64, 1);
  const std::vector<float> before = losses;
  to_contributions({}, losses);
  EXPECT_EQ(losses, before);
}

TEST(Contributions, ToATailMeanEstimateItAndItsError) {
  expect_estimate({Objective::Kind::tail_mean, 0.95}, kDensity / 0.05);
  expect_estimate({Objective::Kind::tail_mean, 0.5}, 2 * 0.3989422804014327);
}

TEST(Contributions, ToAQuantileEstimateItAndItsError) {
  expect_estimate({Objective::Kind::quantile, 0.95}, kQuantile);
  expect_estimate({Objective::Kind::quantile, 0.5}, 0);
}

TEST(Contributions, OfLostPathsAreInfinite) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  std::vector<float> losses = normals(400, 1);
  losses[7] = kInfinity;
  to_contributions({Objective::Kind::tail_mean, 0.9}, losses);
  EXPECT_EQ(losses[7], kInfinity);
  EXPECT_TRUE(std::isfinite(losses[8]));
  // More than lie beyond the quantile: it is infinite itself.
  std::vector<float> many(100, kInfinity);
  for (std::size_t i = 0; i < 50; ++i) many[i] = 1;
  to_contributions({Objective::Kind::quantile, 0.9}, many);
  for (const float v : many) EXPECT_EQ(v, kInfinity);
}

}  // namespace
}  // namespace losscast::test
