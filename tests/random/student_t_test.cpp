#include "random/student_t.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace losscast::test {
namespace {

// With one degree of freedom it is Cauchy's law, with two a root.
TEST(StudentT, HasTheTailsOfItsClosedForms) {
  for (const double t : {-3.0, -0.5, 0.0, 0.1, 1.0, 7.0, 500.0}) {
    EXPECT_NEAR(student_tail(t, 1), 0.5 - std::atan(t) / M_PI, 1e-14) << t;
    EXPECT_NEAR(student_tail(t, 2), 0.5 - t / (2 * std::sqrt(2 + t * t)), 1e-14) << t;
  }
  EXPECT_EQ(student_tail(std::numeric_limits<double>::infinity(), 5), 0);
  EXPECT_EQ(student_tail(-std::numeric_limits<double>::infinity(), 5), 1);
}

// Tables of the distribution: Fisher & Yates.
TEST(StudentT, HasItsTabulatedQuantiles) {
  EXPECT_NEAR(student_exceeded(0.025, 30), 2.0423, 5e-5);
  EXPECT_NEAR(student_exceeded(0.001, 10), 4.1437, 5e-5);
  EXPECT_NEAR(student_exceeded(0.05, 1e6), 1.6449, 5e-5);
}

TEST(StudentT, InvertsItsTail) {
  for (const double freedom : {1.0, 31.0, 4095.0})
    for (const double probability : {0.4, 0.01, 1e-6, 1e-10})
      EXPECT_NEAR(student_tail(student_exceeded(probability, freedom), freedom) / probability, 1, 1e-4)
          << freedom << " " << probability;
}

}  // namespace
}  // namespace losscast::test
