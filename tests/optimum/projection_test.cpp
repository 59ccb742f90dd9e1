// The nearest allowed point, by the condition that defines it: no allowed direction leads nearer.
#include "optimum/projection.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace losscast::test {
namespace {

using Order = AllowedValues::Order;

std::vector<double> random_values(std::size_t count, double low, double high, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<double> values(count);
  for (double& value : values) value = low + (high - low) * static_cast<double>(random()) / 0x1p32;
  return values;
}

TEST(Projection, IsTheNearestAllowedPoint) {
  for (const Order order : {Order::any, Order::non_increasing})
    for (unsigned seed = 1; seed <= 20; ++seed) {
      const AllowedValues allowed{0.1, 0.9, order};
      const std::vector<double> x = random_values(50, -0.5, 1.5, seed), weights = random_values(50, 0.1, 3, seed + 100);
      std::vector<double> nearest = x, slope(50);
      project(nearest, weights, allowed);
      for (std::size_t i = 0; i < x.size(); ++i) {
        EXPECT_GE(nearest[i], 0.1);
        EXPECT_LE(nearest[i], 0.9);
        if (order == Order::non_increasing && i > 0) {
          EXPECT_LE(nearest[i], nearest[i - 1]);
        }
        slope[i] = 2 * weights[i] * (nearest[i] - x[i]);  // of the squared distance
      }
      EXPECT_LT(largest_descent(nearest, slope, allowed), 1e-12);
      std::vector<double> again = nearest;
      project(again, weights, allowed);
      EXPECT_EQ(again, nearest);
    }
}

// Every corner of the set, one by one.
TEST(Projection, LargestDescentIsToACorner) {
  constexpr std::size_t kCount = 8;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const std::vector<double> slope = random_values(kCount, -1, 1, seed);
    std::vector<double> x = random_values(kCount, 0.1, 0.9, seed + 50);
    const std::vector<double> even(kCount, 1.0);
    project(x, even, {0.1, 0.9, Order::non_increasing});
    double any = 0, ordered = 0;
    for (unsigned corner = 0; corner < 1u << kCount; ++corner) {
      double descent = 0;
      bool falls = true;
      for (std::size_t i = 0; i < kCount; ++i) {
        const bool high = corner >> i & 1u;
        descent += slope[i] * (x[i] - (high ? 0.9 : 0.1));
        if (i > 0 && high && !(corner >> (i - 1) & 1u)) falls = false;
      }
      any = std::max(any, descent);
      if (falls) ordered = std::max(ordered, descent);
    }
    EXPECT_NEAR(largest_descent(x, slope, {0.1, 0.9, Order::any}), any, 1e-12);
    EXPECT_NEAR(largest_descent(x, slope, {0.1, 0.9, Order::non_increasing}), ordered, 1e-12);
  }
}

}  // namespace
}  // namespace losscast::test
