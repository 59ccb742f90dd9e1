// The family linear, and what all decays share: where they start and end, and the low rate.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {
const Values kRun = {{"family", "linear"}, {"peak_lr", 3e-4}, {"warmup_steps", 10.0}, {"total_steps", 100.0}};

double warm_up(Step s) { return 3e-4 * double(s) / 10; }

TEST(Linear, FallsToZeroFromTheEndOfTheWarmUp) {
  const Schedule schedule = make(kRun);
  expect_rates(schedule, 100, [](Step s) { return s < 10 ? warm_up(s) : 3e-4 * (1 - double(s - 10) / 90); });
  EXPECT_EQ(schedule.lr(10), 3e-4);
  EXPECT_NEAR(schedule.lr(99), 3e-4 / 90, 1e-18);  // one step short of 0
}

TEST(Linear, FallsToALowRate) {
  const auto formula = [](Step s) { return s < 10 ? warm_up(s) : 3e-5 + 2.7e-4 * (1 - double(s - 10) / 90); };
  expect_rates(make(with(kRun, {{"final_lr", 3e-5}})), 100, formula);
  expect_rates(make(with(kRun, {{"final_lr_ratio", 0.1}})), 100, formula);
}

TEST(Linear, StartsWhereItIsTold) {
  const auto formula = [](Step s) { return s < 10 ? warm_up(s) : s < 60 ? 3e-4 : 3e-4 * (1 - double(s - 60) / 40); };
  expect_rates(make(with(kRun, {{"decay_start", 60.0}})), 100, formula);
  expect_rates(make(with(kRun, {{"decay_fraction", 0.4}})), 100, formula);
}

TEST(Decay, FractionIsRoundedToWholeSteps) {
  const Schedule schedule = make(with(kRun, {{"decay_fraction", 0.296}}));  // 29.6 steps, so the last 30
  EXPECT_EQ(schedule.lr(70), 3e-4);
  EXPECT_LT(schedule.lr(71), 3e-4);
}

TEST(Decay, HoldsTheLowRateAfterItsEnd) {
  expect_rates(make(with(kRun, {{"final_lr", 3e-5}, {"decay_end", 80.0}})), 100, [](Step s) {
    return s < 10 ? warm_up(s) : s < 80 ? 3e-5 + 2.7e-4 * (1 - double(s - 10) / 70) : 3e-5;
  });
}

TEST(Decay, IsCutOffByTheEndOfTheRun) {
  expect_rates(make(with(kRun, {{"decay_end", 190.0}})), 100,
               [](Step s) { return s < 10 ? warm_up(s) : 3e-4 * (1 - double(s - 10) / 180); });
}

TEST(Decay, MayBeAbsent) {
  expect_rates(make(with(kRun, {{"decay_start", 100.0}})), 100, [](Step s) { return s < 10 ? warm_up(s) : 3e-4; });
  expect_rates(make(with(kRun, {{"decay_fraction", 0.0}})), 100, [](Step s) { return s < 10 ? warm_up(s) : 3e-4; });
}

TEST(Decay, OfOneStepIsThePeak) {
  expect_rates(make({{"family", "linear"}, {"peak_lr", 3e-4}, {"total_steps", 1.0}}), 1, [](Step) { return 3e-4; });
}

TEST(Decay, RefusesAStartOutsideTheRun) {
  EXPECT_NO_THROW(make(with(kRun, {{"decay_start", 100.0}})));
  expect_refused(with(kRun, {{"decay_start", 101.0}}), "decay_start", "outside the run");
}

TEST(Decay, RefusesAStartWithinTheWarmUp) {
  EXPECT_NO_THROW(make(with(kRun, {{"decay_start", 10.0}})));
  expect_refused(with(kRun, {{"decay_start", 9.0}}), "decay_start", "within the warm-up");
  EXPECT_NO_THROW(make(with(kRun, {{"decay_fraction", 0.9}})));
  expect_refused(with(kRun, {{"decay_fraction", 0.91}}), "decay_fraction", "within the warm-up");
}

TEST(Decay, RefusesAnEndBeforeItsStart) {
  EXPECT_NO_THROW(make(with(kRun, {{"decay_end", 11.0}})));
  expect_refused(with(kRun, {{"decay_end", 10.0}}), "decay_end", "does not come after");
}

TEST(Decay, RefusesALowRateAboveThePeak) {
  EXPECT_NO_THROW(make(with(kRun, {{"final_lr", 3e-4}})));
  expect_refused(with(kRun, {{"final_lr", 4e-4}}), "final_lr", "above peak_lr");
}

TEST(Decay, RefusesBothOfAPair) {
  expect_refused(with(kRun, {{"final_lr", 3e-5}, {"final_lr_ratio", 0.1}}), "final_lr_ratio", "beside final_lr");
  expect_refused(with(kRun, {{"decay_start", 60.0}, {"decay_fraction", 0.4}}), "decay_fraction", "beside decay_start");
}

}  // namespace
}  // namespace losscast::test
