#include "losscast/random/normal.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <utility>

#include "losscast/random/counter.hpp"
#include "tests/random/statistics.hpp"

namespace losscast::test {
namespace {

using statistics::kSigmas;

constexpr std::uint64_t kSeed = 20;

std::array<float, 4> draw(std::uint64_t path, std::uint32_t step = 0) {
  float z[4];
  normals4(random_bits(kSeed, Stream::noise, path, step, 0), z);
  return std::to_array(z);
}

TEST(NormalPair, IsFiniteForAllExtremeWords) {
  const std::uint32_t extremes[] = {0U,          1U,          0x1fffffffU, 0x20000000U, 0x3fffffffU, 0x40000000U,
                                    0x7fffffffU, 0x80000000U, 0xbfffffffU, 0xc0000000U, 0xfffffffeU, 0xffffffffU};
  float largest = 0.0f;
  for (const std::uint32_t radius : extremes) {
    for (const std::uint32_t angle : extremes) {
      float first, second;
      normal_pair(radius, angle, first, second);
      ASSERT_TRUE(std::isfinite(first) && std::isfinite(second)) << radius << " " << angle;
      largest = std::max({largest, std::abs(first), std::abs(second)});
    }
  }
  EXPECT_NEAR(largest, std::sqrt(66.0 * std::log(2.0)), 1e-6);  // the documented bound, attained
}

// Error of the radius: half of that of the logarithm, which is 0.88 ulp, and the roundings of -2 log u, the square root
// and the product; of the angle: 1.13e-7.
TEST(NormalPair, IsTheBoxMullerTransform) {
  constexpr double kUlp = 0x1p-23;
  constexpr double kTurn = 2.0 * 3.14159265358979323846 * 0x1p-32;
  for (std::uint64_t path = 0; path < 100'000; ++path) {
    const RandomBits bits = random_bits(kSeed, Stream::noise, path, 0, 0);
    float first, second;
    normal_pair(bits.word[0], bits.word[1], first, second);
    const double radius = std::sqrt(-2.0 * std::log(static_cast<double>(open_uniform(bits.word[0]))));
    const double bound = radius * ((0.44 + 0.5 + 0.5) * kUlp + 1.13e-7);
    ASSERT_NEAR(first, radius * std::cos(kTurn * bits.word[1]), bound) << path;
    ASSERT_NEAR(second, radius * std::sin(kTurn * bits.word[1]), bound) << path;
  }
}

// Four variates from four words: each pair from its own two, in order.
TEST(Normals4, UsesEachWordOnceInTheDocumentedOrder) {
  const RandomBits bits = {{0x12345678U, 0x9abcdef0U, 0x0fedcba9U, 0x87654321U}};
  float z[4], expected[4];
  normals4(bits, z);
  normal_pair(bits.word[0], bits.word[1], expected[0], expected[1]);
  normal_pair(bits.word[2], bits.word[3], expected[2], expected[3]);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(z[i], expected[i]) << i;
}

TEST(Normals4, EachLaneHasTheNormalLaw) {
  constexpr std::uint64_t kPaths = 1'000'000;
  std::array<std::vector<float>, 4> lanes;
  for (std::uint64_t path = 0; path < kPaths; ++path) {
    const auto z = draw(path);
    for (std::size_t lane = 0; lane < 4; ++lane) lanes[lane].push_back(z[lane]);
  }
  for (const auto& lane : lanes) {
    EXPECT_LT(statistics::kolmogorov_statistic(lane, statistics::normal_law), statistics::kLargestKolmogorovStatistic);
  }
}

// The control of the test above: a scale wrong by half a percent must not pass.
TEST(Normals4, AWrongScaleIsTellable) {
  std::vector<float> values;
  for (std::uint64_t path = 0; path < 1'000'000; ++path) {
    for (const float z : draw(path)) values.push_back(1.005f * z);
  }
  EXPECT_GT(statistics::kolmogorov_statistic(values, statistics::normal_law), statistics::kLargestKolmogorovStatistic);
}

TEST(Normals4, HaveTheMomentsOfTheNormalLaw) {
  constexpr std::uint64_t kPaths = 1'000'000;
  // E z^k, and the variance of z^k, for k = 1 ... 6.
  constexpr double kMoments[] = {0.0, 1.0, 0.0, 3.0, 0.0, 15.0};
  constexpr double kVariances[] = {1.0, 2.0, 15.0, 96.0, 945.0, 10395.0 - 225.0};
  double sums[6] = {};
  for (std::uint64_t path = 0; path < kPaths; ++path) {
    for (const float z : draw(path)) {
      double power = 1.0;
      for (double& sum : sums) sum += power *= z;
    }
  }
  const double n = 4.0 * kPaths;
  for (int k = 0; k < 6; ++k) {
    EXPECT_NEAR(sums[k] / n, kMoments[k], kSigmas * std::sqrt(kVariances[k] / n)) << "moment " << k + 1;
  }
}

TEST(Normals4, HaveTheTailsOfTheNormalLaw) {
  constexpr std::uint64_t kPaths = 4'000'000;
  constexpr double kThresholds[] = {2.0, 3.0, 4.0, 4.5, 5.0};
  double above[5] = {}, below[5] = {};
  for (std::uint64_t path = 0; path < kPaths; ++path) {
    for (const float z : draw(path)) {
      for (int i = 0; i < 5; ++i) {
        above[i] += z > kThresholds[i];
        below[i] += z < -kThresholds[i];
      }
    }
  }
  for (int i = 0; i < 5; ++i) {
    const double expected = 4.0 * kPaths * statistics::normal_law(-kThresholds[i]);
    EXPECT_NEAR(above[i], expected, kSigmas * std::sqrt(expected)) << kThresholds[i];
    EXPECT_NEAR(below[i], expected, kSigmas * std::sqrt(expected)) << -kThresholds[i];
  }
}

// Values and squares of any two lanes are uncorrelated: a shared radius or angle would show in one or the other.
TEST(Normals4, LanesAreUncorrelated) {
  constexpr std::size_t kPaths = 1'000'000;
  std::array<std::vector<double>, 4> values, squares;
  for (std::uint64_t path = 0; path < kPaths; ++path) {
    const auto z = draw(path);
    for (std::size_t lane = 0; lane < 4; ++lane) {
      values[lane].push_back(z[lane]);
      squares[lane].push_back((static_cast<double>(z[lane]) * z[lane] - 1.0) / std::sqrt(2.0));
    }
  }
  for (std::size_t a = 0; a < 4; ++a) {
    for (std::size_t b = 0; b < 4; ++b) {
      if (a == b) continue;
      EXPECT_LT(std::abs(statistics::correlation_deviation(values[a], values[b])), kSigmas) << a << b;
      EXPECT_LT(std::abs(statistics::correlation_deviation(squares[a], squares[b])), kSigmas) << a << b;
      EXPECT_LT(std::abs(statistics::correlation_deviation(values[a], squares[b])), kSigmas) << a << b;
    }
  }
}

// Every build must give these; whether they are right, the tests above say.
TEST(Normals4, GiveTheRecordedBits) {
  std::uint64_t checksum = 0;
  for (std::uint64_t path = 0; path < 100'000; ++path) {
    for (const float z : draw(path, 3)) checksum = (checksum ^ math::internal::to_bits(z)) * 0x100000001B3U;
  }
  EXPECT_EQ(checksum, 0xBB6429C4A7D02BB0U);
}

}  // namespace
}  // namespace losscast::test
