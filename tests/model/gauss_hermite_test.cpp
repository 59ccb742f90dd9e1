#include "losscast/model/gauss_hermite.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace losscast::test {
namespace {

// E Z^n = 1 3 5 ... (n - 1) for even n, 0 for odd, exactly up to degree 63. Rounding: the eigenvectors' first
// components, whose squares are the weights, and the nodes are right to some units in the last place of 1 and of the
// largest node.
TEST(GaussHermite, GivesTheMomentsOfTheNormalLaw) {
  constexpr double kRounding = 32 * 2.2e-16;
  double moment = 1;
  for (int n = 0; n < 64; n += 2) {
    double even = 0, odd = 0, even_error = 0, odd_error = 0;
    for (const auto& [z, weight] : gauss_hermite()) {
      const double power = std::pow(z, n), root = std::sqrt(weight);
      even += weight * power;
      odd += weight * power * z;
      even_error += kRounding * power * (2 * root + n * weight);
      odd_error += kRounding * power * std::abs(z) * (2 * root + (n + 1) * weight);
    }
    EXPECT_NEAR(even, moment, even_error) << n;
    EXPECT_NEAR(odd, 0, odd_error) << n;
    if (n <= 20) {
      EXPECT_LT(even_error, 1e-9 * moment) << n;  // a bound that says something
    }
    moment *= n + 1;
  }
}

TEST(GaussHermite, TakesExpectationsOfExponentials) {
  double sum = 0;
  for (const auto& [z, weight] : gauss_hermite()) sum += weight * std::exp(0.7 * z);
  EXPECT_NEAR(sum, std::exp(0.245), 1e-13);
}

}  // namespace
}  // namespace losscast::test
