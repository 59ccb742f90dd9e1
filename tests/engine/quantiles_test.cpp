// Quantiles of a loss and their intervals: from independent paths, pairs and shared draws, with jumps and without.
#include "engine/quantiles.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "losscast/math/elementary.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"
#include "losscast/random/normal_quantile.hpp"

namespace losscast::test {
namespace {

double normal(std::uint64_t seed, std::uint64_t number, std::uint32_t which = 0) {
  float four[4];
  normals4(random_bits(seed, Stream::noise, number, which, 0), four);
  return static_cast<double>(four[0]);
}

Statistics quantiles_of(const std::vector<float>& values, Pairing pairing, std::int64_t draws,
                        const JumpSum* jumps = nullptr) {
  std::vector<float> ascending = values;
  std::sort(ascending.begin(), ascending.end());
  Statistics out;
  add_quantiles({values, 0, pairing, draws}, ascending, jumps, out);
  return out;
}

constexpr std::uint64_t kRepetitions = 400;

// How many of the intervals that were given hold the truth.
struct Held {
  int given = 0, held = 0;
  void add(const Interval& interval, double truth) {
    if (std::isnan(interval.low)) return;
    ++given;
    held += interval.low <= truth && truth <= interval.high ? 1 : 0;
  }
  // 95% less five standard deviations.
  bool enough() const { return held > given * (0.95 - 5 * std::sqrt(0.95 * 0.05 / given)); }
};

TEST(Quantiles, OfIndependentPathsLieInTheirIntervals) {
  std::array<Held, kQuantileProbabilities.size()> held;
  for (std::uint64_t seed = 1; seed <= kRepetitions; ++seed) {
    std::vector<float> values;
    for (std::uint64_t i = 0; i < 1000; ++i) values.push_back(static_cast<float>(normal(seed, i)));
    const Statistics statistics = quantiles_of(values, Pairing::independent, 1);
    for (std::size_t q = 0; q < held.size(); ++q) {
      const double probability = kQuantileProbabilities[q];
      const double truth = probability < 0.5 ? -normal_quantile(1 - probability) : normal_quantile(probability);
      held[q].add(statistics.intervals[q], truth);
    }
  }
  for (std::size_t q = 0; q + 1 < held.size(); ++q) {
    EXPECT_EQ(held[q].given, static_cast<int>(kRepetitions)) << kQuantileProbabilities[q];
    EXPECT_TRUE(held[q].enough()) << kQuantileProbabilities[q] << ": " << held[q].held;
  }
  EXPECT_EQ(held.back().given, 0);  // the 99.9% quantile lies beyond a thousand paths in one case of three
}

// Pairs whose paths lie close together are worth half as many paths. Taken for independent, they would claim too much.
TEST(Quantiles, OfPairsThatAreAlikeKnowSo) {
  Held as_pairs, as_paths;
  for (std::uint64_t seed = 1; seed <= kRepetitions; ++seed) {
    std::vector<float> values;
    for (std::uint64_t i = 0; i < 256; ++i) {
      const double of_pair = normal(seed, i);
      for (std::uint32_t k = 1; k <= 2; ++k) values.push_back(static_cast<float>(of_pair + 0.01 * normal(seed, i, k)));
    }
    as_pairs.add(quantiles_of(values, Pairing::antithetic, 1).intervals[3], normal_quantile(0.75));
    as_paths.add(quantiles_of(values, Pairing::independent, 1).intervals[3], normal_quantile(0.75));
  }
  EXPECT_TRUE(as_pairs.enough()) << as_pairs.held;
  EXPECT_FALSE(as_paths.enough()) << as_paths.held;
}

TEST(Quantiles, ThatFewPathsTellNothingOfAreLeftOut) {
  std::vector<float> values(64);
  std::iota(values.begin(), values.end(), 1.0f);
  const Statistics few = quantiles_of(values, Pairing::independent, 1);
  EXPECT_EQ(few.q50, 32.5);
  EXPECT_LT(few.intervals[2].low, 32.5);
  EXPECT_GT(few.intervals[2].high, 32.5);
  for (const double q :
       {few.q05, few.q95, few.q99, few.q999, few.tail_mean, few.intervals[4].low, few.intervals[4].high})
    EXPECT_TRUE(std::isnan(q));
  // With as many as are said to be enough each is there.
  for (std::size_t q = 0; q < kQuantileProbabilities.size(); ++q) {
    values.resize(static_cast<std::size_t>(enough_paths(kQuantileProbabilities[q])));
    std::iota(values.begin(), values.end(), 1.0f);
    const Statistics enough = quantiles_of(values, Pairing::independent, 1);
    EXPECT_FALSE(std::isnan(enough.intervals[q].low)) << kQuantileProbabilities[q];
  }
}

TEST(Quantiles, OfLostPathsAreInfinite) {
  std::vector<float> values(100, 3.0f);
  for (std::size_t i = 0; i < 50; ++i) values[2 * i] = 2.0f;
  for (std::size_t i = 0; i < 10; ++i) values[10 * i] = std::numeric_limits<float>::infinity();
  const Statistics statistics = quantiles_of(values, Pairing::independent, 1);
  EXPECT_EQ(statistics.q95, std::numeric_limits<double>::infinity());
  EXPECT_EQ(statistics.q25, 2);
  EXPECT_EQ(statistics.intervals[2].high, 3);
}

// Losses from a normal law plus jumps, whose quantiles come from an integral over the normal law.
TEST(Quantiles, WithJumpsLieInTheirIntervals) {
  std::vector<JumpBlock> blocks;
  for (int b = 0; b < 200; ++b) blocks.push_back({0.004, 0.1 * std::exp(-0.02 * b)});
  const JumpSum jumps(blocks);
  constexpr double kDeviation = 0.01;
  const auto distribution = [&](double y) {
    double sum = 0, weight = 0;
    for (int i = -400; i <= 400; ++i) {
      const double z = 0.0125 * i, density = std::exp(-z * z / 2);
      sum += density * jumps.distribution(y - kDeviation * z);
      weight += density;
    }
    return sum / weight;
  };
  const auto quantile = [&](double probability) {
    double low = -1, high = 10;
    for (int i = 0; i < 60; ++i) {
      const double middle = (low + high) / 2;
      (distribution(middle) < probability ? low : high) = middle;
    }
    return low;
  };
  for (const std::uint64_t paths : {128, 512}) {
    std::array<Held, kQuantileProbabilities.size()> held;
    for (std::uint64_t seed = 1; seed <= kRepetitions; ++seed) {
      std::vector<float> values;
      for (std::uint64_t i = 0; i < paths; ++i) values.push_back(static_cast<float>(kDeviation * normal(seed, i)));
      const Statistics statistics = quantiles_of(values, Pairing::independent, 1, &jumps);
      for (std::size_t q = 0; q < held.size(); ++q)
        held[q].add(statistics.intervals[q], quantile(kQuantileProbabilities[q]));
    }
    for (std::size_t q = 0; q < held.size(); ++q) {
      // The highest quantiles are made of jumps and of losses that few paths show: there some are left out.
      if (kQuantileProbabilities[q] <= 0.95) {
        EXPECT_EQ(held[q].given, static_cast<int>(kRepetitions)) << paths << " " << kQuantileProbabilities[q];
      }
      EXPECT_TRUE(held[q].given == 0 || held[q].enough())
          << paths << " " << kQuantileProbabilities[q] << ": " << held[q].held << " of " << held[q].given;
    }
    EXPECT_GT(held.back().given + held[5].given, 100) << paths;
  }
}

// Of n times the same loss the tail is that of the jumps alone: the mean beyond its 95% quantile.
TEST(Quantiles, TheTailMeanWithJumpsIsThatOfTheirLaw) {
  const JumpSum jumps({{0.5, 0.1}});  // P(Z > a) = exp(-a / 0.1) / 2
  const Statistics statistics = quantiles_of(std::vector<float>(1000, 3.0f), Pairing::independent, 1, &jumps);
  const double q95 = 3 + 0.1 * std::log(0.5 / 0.05);
  EXPECT_NEAR(statistics.q95, q95, 1e-4);
  EXPECT_NEAR(statistics.tail_mean, q95 + 0.1, 1e-4);
}

}  // namespace
}  // namespace losscast::test
