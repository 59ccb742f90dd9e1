#include "losscast/random/sobol.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

namespace losscast::test {
namespace {

std::uint32_t digits(double u) { return static_cast<std::uint32_t>(u * 0x1p32); }

// The sequence without its shift: the first point is 0.
double unshifted(std::uint32_t index, int dimension) {
  return (digits(sobol({9}, index, dimension)) ^ digits(sobol({9}, 0, dimension))) * 0x1p-32;
}

// The first ten points of the generator that Joe & Kuo publish with their direction numbers, in its (Gray code) order.
TEST(Sobol, IsTheSequenceOfJoeAndKuo) {
  const double points[10][3] = {{0, 0, 0},
                                {0.5, 0.5, 0.5},
                                {0.75, 0.25, 0.25},
                                {0.25, 0.75, 0.75},
                                {0.375, 0.375, 0.625},
                                {0.875, 0.875, 0.125},
                                {0.625, 0.125, 0.875},
                                {0.125, 0.625, 0.375},
                                {0.1875, 0.3125, 0.9375},
                                {0.6875, 0.8125, 0.4375}};
  for (std::uint32_t i = 0; i < 10; ++i)
    for (int dimension = 0; dimension < 3; ++dimension)
      EXPECT_EQ(unshifted(i ^ (i >> 1), dimension), points[i][dimension]) << i << " " << dimension;
}

// The first 2^k points fall one each into 2^k equal intervals, in every dimension, whatever the seed.
TEST(Sobol, IsStratifiedInEveryDimension) {
  for (const std::uint64_t seed : {1ULL, 2ULL, 1ULL << 40}) {
    for (int dimension = 0; dimension < kSobolDimensions; ++dimension) {
      for (const std::uint32_t points : {2U, 16U, 1024U}) {
        std::set<std::uint32_t> intervals;
        for (std::uint32_t i = 0; i < points; ++i)
          intervals.insert(static_cast<std::uint32_t>(sobol({seed}, i, dimension) * points));
        EXPECT_EQ(intervals.size(), points) << seed << " " << dimension;
      }
    }
  }
}

// The first two dimensions are a (0, k, 2)-net: one point in each box of area 2^-k, whatever its shape.
TEST(Sobol, FillsBoxesOfEveryShapeInTwoDimensions) {
  constexpr int kDigits = 8;
  for (int wide = 0; wide <= kDigits; ++wide) {
    std::set<std::pair<int, int>> boxes;
    for (std::uint32_t i = 0; i < 1U << kDigits; ++i)
      boxes.insert({static_cast<int>(std::ldexp(sobol({1}, i, 0), wide)),
                    static_cast<int>(std::ldexp(sobol({1}, i, 1), kDigits - wide))});
    EXPECT_EQ(boxes.size(), std::size_t{1} << kDigits) << wide;
  }
}

// Sums of products over 2^16 points are those of independent coordinates, for every two dimensions: far closer than the
// 1 / (12 sqrt n) = 3e-4 of random points. Equal or wrongly joined generator matrices would show.
TEST(Sobol, NoTwoDimensionsAreAlike) {
  constexpr std::uint32_t kPoints = 1U << 16;
  std::vector<std::vector<double>> coordinates(kSobolDimensions, std::vector<double>(kPoints));
  for (int dimension = 0; dimension < kSobolDimensions; ++dimension)
    for (std::uint32_t i = 0; i < kPoints; ++i)
      coordinates[static_cast<std::size_t>(dimension)][i] = sobol({1}, i, dimension) - 0.5;
  for (std::size_t a = 0; a < coordinates.size(); ++a)
    for (std::size_t b = 0; b < a; ++b) {
      double sum = 0;
      for (std::uint32_t i = 0; i < kPoints; ++i) sum += coordinates[a][i] * coordinates[b][i];
      EXPECT_LT(std::abs(sum / kPoints), 3e-4) << a << " " << b;
    }
}

TEST(Sobol, DependsOnSeedPointAndDimensionAlone) {
  const double once = sobol({3}, 100, 5);
  sobol({3}, 101, 5);
  EXPECT_EQ(sobol({3}, 100, 5), once);
  EXPECT_NE(sobol({4}, 100, 5), once);
  std::set<std::uint32_t> shifts;
  for (int dimension = 0; dimension < kSobolDimensions; ++dimension) shifts.insert(digits(sobol({3}, 0, dimension)));
  EXPECT_EQ(shifts.size(), static_cast<std::size_t>(kSobolDimensions));
}

TEST(Sobol, LiesBelowOne) {
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    const double u = sobol({1}, i * 42'949U, 7);
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
  }
}

}  // namespace
}  // namespace losscast::test
