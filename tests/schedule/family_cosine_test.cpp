// The family cosine.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {
const Values kRun = {{"family", "cosine"}, {"peak_lr", 3e-4}, {"warmup_steps", 10.0}, {"total_steps", 100.0}};

double half_cosine(double z) { return (1 + std::cos(std::numbers::pi * z)) / 2; }

TEST(Cosine, FallsFromTheEndOfTheWarmUp) {
  const Schedule schedule = make(with(kRun, {{"final_lr", 3e-5}}));
  expect_rates(schedule, 100, [](Step s) {
    return s < 10 ? 3e-4 * double(s) / 10 : 3e-5 + 2.7e-4 * half_cosine(double(s - 10) / 90);
  });
  EXPECT_EQ(schedule.lr(10), 3e-4);
  EXPECT_NEAR(schedule.lr(55), (3e-4 + 3e-5) / 2, 1e-18);  // half way in time, half way down
}

TEST(Cosine, KeepsItsDigitsNearZero) {
  // At the last of n steps the LR is peak sin^2(pi / 2n). Progress 1 - 1/n is known to half a rounding, so 1/n to n of
  // them, twice that when squared; the textbook's 1 + cos(pi z) would only be known to 1e-6.
  const double n = 1e5;
  const Schedule schedule = make({{"family", "cosine"}, {"peak_lr", 3e-4}, {"total_steps", n}});
  const double expected = 3e-4 * std::pow(std::sin(std::numbers::pi / (2 * n)), 2);
  EXPECT_NEAR(schedule.lr(99999) / expected, 1, n * std::numeric_limits<double>::epsilon());
}

TEST(Cosine, StartsWhereItIsTold) {
  expect_rates(make(with(kRun, {{"decay_fraction", 0.5}})), 100, [](Step s) {
    return s < 10 ? 3e-4 * double(s) / 10 : s < 50 ? 3e-4 : 3e-4 * half_cosine(double(s - 50) / 50);
  });
}

}  // namespace
}  // namespace losscast::test
