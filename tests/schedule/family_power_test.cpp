// The family power: a power of the step.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {
const Values kRun = {
    {"family", "power"}, {"peak_lr", 3e-4}, {"warmup_steps", 10.0}, {"exponent", 0.7}, {"total_steps", 100.0}};

TEST(Power, FallsAsAPowerOfTheStep) {
  const Schedule schedule = make(kRun);
  expect_rates(schedule, 100,
               [](Step s) { return s < 10 ? 3e-4 * double(s) / 10 : 3e-4 * std::pow(double(s) / 10, -0.7); });
  EXPECT_EQ(schedule.lr(10), 3e-4);
}

TEST(Power, IsCappedByThePeak) {
  const Schedule schedule = make(with(kRun, {{"reference_step", 30.0}}));
  expect_rates(schedule, 100, [](Step s) {
    return s < 10 ? 3e-4 * double(s) / 10 : 3e-4 * std::min(1.0, std::pow(double(s) / 30, -0.7));
  });
  EXPECT_EQ(schedule.lr(30), 3e-4);
  EXPECT_LT(schedule.lr(31), 3e-4);
}

TEST(Power, WithoutWarmUpBeginsAtStepOne) {
  expect_rates(make(without(kRun, "warmup_steps")), 100,
               [](Step s) { return s == 0 ? 3e-4 : 3e-4 * std::pow(double(s), -0.7); });
}

TEST(Power, CoolsDown) {
  const double from = 3e-4 * std::pow(6.0, -0.7);
  expect_rates(make(with(kRun, {{"decay_fraction", 0.4}})), 100, [from](Step s) {
    return s < 10   ? 3e-4 * double(s) / 10
           : s < 60 ? 3e-4 * std::pow(double(s) / 10, -0.7)
                    : from * double(100 - s) / 40;
  });
}

TEST(Power, CoolsDownFromThePeakBeforeItsLawBegins) {
  expect_rates(make(with(kRun, {{"reference_step", 70.0}, {"decay_start", 60.0}})), 100, [](Step s) {
    return s < 10 ? 3e-4 * double(s) / 10 : s < 60 ? 3e-4 : 3e-4 * double(100 - s) / 40;
  });
}

TEST(Power, RefusesALawFromAboveThePeak) {
  EXPECT_NO_THROW(make(with(kRun, {{"reference_step", 10.0}})));
  expect_refused(with(kRun, {{"reference_step", 9.0}}), "reference_step", "before the end of the warm-up");
  expect_refused(with(kRun, {{"exponent", 0.0}}), "exponent", "not above 0");
}

}  // namespace
}  // namespace losscast::test
