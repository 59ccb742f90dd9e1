#include "losscast/math/gamma.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace losscast::test {
namespace {

TEST(Gamma, StaysWithinTheDocumentedBound) {
  for (int i = 1; i <= 2000; ++i) {
    const double x = 0.01 * i;
    const auto exact = static_cast<double>(std::tgamma(static_cast<long double>(x)));
    ASSERT_NEAR(math::gamma(x), exact, 1e-13 * exact) << x;
  }
}

TEST(Gamma, IsTheFactorialAtIntegers) {
  double factorial = 1.0;
  for (int n = 1; n <= 20; ++n) {
    EXPECT_NEAR(math::gamma(static_cast<double>(n)), factorial, 1e-13 * factorial) << n;
    factorial *= n;
  }
}

}  // namespace
}  // namespace losscast::test
