// A1 and A2 against a naive sum in higher precision, and against integrals in closed form.
#include "losscast/schedule/features.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

Schedule one_segment(Segment segment, Step steps) {
  segment.end = steps;
  if (segment.span == 0) segment.span = static_cast<double>(steps);
  return Schedule({segment});
}

void expect_naive_sums(const Schedule& schedule) {
  long double a1 = 0, a2 = 0;
  for (Step s = 0; s < schedule.total_steps(); ++s) {
    const long double lr = schedule.lr(s);
    a1 += lr;
    a2 += lr * lr;
  }
  const LrSums sums = lr_sums(schedule);
  EXPECT_NEAR(sums.a1, static_cast<double>(a1), 2 * kEpsilon * sums.a1);
  EXPECT_NEAR(sums.a2, static_cast<double>(a2), 2 * kEpsilon * sums.a2);
}

TEST(LrSums, AreThoseOfANaiveLoop) {
  const Values run = {{"peak_lr", 3e-4}, {"warmup_steps", 2160.0}, {"total_steps", 24000.0}};
  expect_naive_sums(make(with(run, {{"family", "constant"}})));
  expect_naive_sums(make(with(run, {{"family", "cosine"}, {"final_lr", 3e-5}})));
  expect_naive_sums(make(with(run, {{"family", "wsd"}, {"shape", "sqrt"}, {"decay_fraction", 0.2}})));
  expect_naive_sums(make(with(run, {{"family", "power"}, {"decay_fraction", 0.2}})));
  expect_naive_sums(make(with(run, {{"family", "cyclic"}, {"cycle_steps", 777.0}, {"final_lr", 1e-5}})));
}

TEST(LrSums, KeepWhatAPlainSumOfDoublesLoses) {
  std::vector<double> rates(100001, 0x1p-54);  // each too small to be seen beside 1
  rates.front() = 1;
  const Segment table = {.shape = Shape::table, .table = std::make_shared<const std::vector<double>>(rates)};
  const LrSums sums = lr_sums(one_segment(table, 100001));
  EXPECT_EQ(sums.a1, 1 + 100000 * 0x1p-54);
  EXPECT_EQ(sums.a2, 1 + 100000 * 0x1p-108);
}

TEST(LrSums, OfAStretchAddUp) {
  const Schedule schedule =
      make({{"family", "cosine"}, {"peak_lr", 1.0}, {"warmup_steps", 100.0}, {"total_steps", 5000.0}});
  const LrSums all = lr_sums(schedule);
  for (const Step border : {0, 1, 100, 1024, 3000, 4999, 5000}) {
    const LrSums before = lr_sums(schedule, 0, border), after = lr_sums(schedule, border, 5000);
    EXPECT_NEAR(before.a1 + after.a1, all.a1, 4 * kEpsilon * all.a1);
    EXPECT_NEAR(before.a2 + after.a2, all.a2, 4 * kEpsilon * all.a2);
  }
  EXPECT_EQ(lr_sums(schedule, 100, 100).a1, 0);
  EXPECT_EQ(lr_sums(schedule, 100, 101).a1, schedule.lr(100));
}

// The sum of a monotone shape over n steps differs from n times its integral by at most its first less its last value,
// on a known side: the sum takes the value at the beginning of each step.
void expect_closed_form(const Segment& segment, double a1_per_step, double a2_per_step) {
  for (const Step steps : {1, 10, 1000, 100000}) {
    const LrSums sums = lr_sums(one_segment(segment, steps));
    const double n = static_cast<double>(steps);
    const double h = std::max(segment.from, segment.to), low = std::min(segment.from, segment.to);
    const double sign = segment.from > segment.to ? 1 : -1;
    const double a1_excess = sign * (sums.a1 - a1_per_step * n), a2_excess = sign * (sums.a2 - a2_per_step * n);
    const double a1_rounding = 1e-12 * h * n, a2_rounding = 1e-12 * h * h * n;
    EXPECT_GE(a1_excess, -a1_rounding);
    EXPECT_LE(a1_excess, h - low + a1_rounding);
    EXPECT_GE(a2_excess, -a2_rounding);
    EXPECT_LE(a2_excess, h * h - low * low + a2_rounding);
  }
}

TEST(LrSums, NearClosedForms) {
  const double h = 3e-4, r = 0.1, low = r * h;
  expect_closed_form({.from = h, .to = h}, h, h * h);
  expect_closed_form({.shape = Shape::linear, .from = 0, .to = h}, h / 2, h * h / 3);
  expect_closed_form({.shape = Shape::linear, .from = h, .to = low}, h * (1 + r) / 2, h * h * (1 + r + r * r) / 3);
  expect_closed_form({.shape = Shape::cosine, .from = h, .to = low}, h * (1 + r) / 2,
                     h * h * (3 + 2 * r + 3 * r * r) / 8);
  expect_closed_form({.shape = Shape::exponential, .from = h, .to = low}, h * (1 - r) / std::log(1 / r),
                     h * h * (1 - r * r) / (2 * std::log(1 / r)));
  expect_closed_form({.shape = Shape::one_minus_sqrt, .from = h, .to = low}, h * (1 - 2 * (1 - r) / 3),
                     h * h * (1 - 4 * (1 - r) / 3 + (1 - r) * (1 - r) / 2));
  for (const double p : {0.5, 2.0, 3.7})
    expect_closed_form({.shape = Shape::power, .from = h, .to = 0, .exponent = p}, h / (p + 1), h * h / (2 * p + 1));
}

TEST(LrSums, NearTheClosedFormOfTheInverseSquareRoot) {
  const double h = 3e-4, t0 = 500, n = 20000;
  const LrSums sums = lr_sums(one_segment({.span = 500, .shape = Shape::inverse_sqrt, .from = h}, 20000));
  const double a1 = 2 * h * t0 * (std::sqrt(1 + n / t0) - 1), a2 = h * h * t0 * std::log(1 + n / t0);
  EXPECT_GE(sums.a1, a1);
  EXPECT_LE(sums.a1, a1 + h);
  EXPECT_GE(sums.a2, a2);
  EXPECT_LE(sums.a2, a2 + h * h);
}

}  // namespace
}  // namespace losscast::test
