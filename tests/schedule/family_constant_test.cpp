// The family constant, and the warm-up that all families share.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {
const Values kRun = {{"family", "constant"}, {"peak_lr", 3e-4}, {"total_steps", 100.0}};

TEST(Constant, IsThePeakThroughout) {
  expect_rates(make(kRun), 100, [](Step) { return 3e-4; });
}

TEST(Constant, OfOneStep) {
  expect_rates(make(with(kRun, {{"total_steps", 1.0}})), 1, [](Step) { return 3e-4; });
}

TEST(Constant, OfNoRate) {
  expect_rates(make(with(kRun, {{"peak_lr", 0.0}, {"warmup_steps", 10.0}})), 100, [](Step) { return 0.0; });
}

TEST(WarmUp, RisesLinearlyFromZero) {
  const Schedule schedule = make(with(kRun, {{"warmup_steps", 30.0}}));
  expect_rates(schedule, 100, [](Step s) { return s < 30 ? 3e-4 * double(s) / 30 : 3e-4; });
  EXPECT_EQ(schedule.lr(0), 0);
  EXPECT_LT(schedule.lr(29), 3e-4);
  EXPECT_EQ(schedule.lr(30), 3e-4);
}

TEST(WarmUp, RisesFromAGivenRate) {
  expect_rates(make(with(kRun, {{"warmup_steps", 30.0}, {"warmup_start_lr", 1e-4}})), 100,
               [](Step s) { return s < 30 ? 1e-4 + 2e-4 * double(s) / 30 : 3e-4; });
}

TEST(WarmUp, RisesAsACosine) {
  const Schedule schedule =
      make(with(kRun, {{"warmup_steps", 30.0}, {"warmup_start_lr", 1e-4}, {"warmup_shape", "cosine"}}));
  expect_rates(schedule, 100, [](Step s) {
    return s < 30 ? 1e-4 + 2e-4 * (1 - std::cos(std::numbers::pi * double(s) / 30)) / 2 : 3e-4;
  });
  EXPECT_NEAR(schedule.lr(15), 2e-4, kRoundings * 3e-4);
}

TEST(WarmUp, MayBeAFractionOfTheRun) {
  const Schedule schedule = make(with(kRun, {{"warmup_fraction", 0.296}}));  // 29.6 steps
  EXPECT_LT(schedule.lr(29), 3e-4);
  EXPECT_EQ(schedule.lr(30), 3e-4);
}

TEST(WarmUp, MayFillTheRun) {
  expect_rates(make(with(kRun, {{"warmup_steps", 100.0}})), 100, [](Step s) { return 3e-4 * double(s) / 100; });
}

TEST(WarmUp, OfOneStepIsUpdateZero) {
  const Schedule schedule = make(with(kRun, {{"warmup_steps", 1.0}, {"warmup_start_lr", 1e-4}}));
  EXPECT_EQ(schedule.lr(0), 1e-4);
  EXPECT_EQ(schedule.lr(1), 3e-4);
}

TEST(WarmUp, RefusesOneLongerThanTheRun) {
  EXPECT_NO_THROW(make(with(kRun, {{"warmup_steps", 100.0}})));
  expect_refused(with(kRun, {{"warmup_steps", 101.0}}), "warmup_steps", "longer than the run");
}

TEST(WarmUp, RefusesToStartAboveThePeak) {
  EXPECT_NO_THROW(make(with(kRun, {{"warmup_steps", 10.0}, {"warmup_start_lr", 3e-4}})));
  expect_refused(with(kRun, {{"warmup_steps", 10.0}, {"warmup_start_lr", 4e-4}}), "warmup_start_lr", "above peak_lr");
}

TEST(WarmUp, RefusesStepsBesideAFraction) {
  expect_refused(with(kRun, {{"warmup_steps", 10.0}, {"warmup_fraction", 0.1}}), "warmup_fraction", "beside");
}

}  // namespace
}  // namespace losscast::test
