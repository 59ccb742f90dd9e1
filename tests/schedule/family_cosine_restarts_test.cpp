// The family cosine-restarts.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {
const Values kRun = {
    {"family", "cosine-restarts"}, {"peak_lr", 3e-4}, {"warmup_steps", 10.0}, {"final_lr", 3e-5}, {"restarts", 2.0},
    {"total_steps", 100.0}};

double wave(double z) { return 3e-5 + 2.7e-4 * (1 + std::cos(std::numbers::pi * z)) / 2; }

TEST(CosineRestarts, FillsTheRunWithEqualCycles) {
  const Schedule schedule = make(kRun);
  expect_rates(schedule, 100, [](Step s) { return s < 10 ? 3e-4 * double(s) / 10 : wave(double((s - 10) % 30) / 30); });
  for (const Step peak : {10, 40, 70}) EXPECT_EQ(schedule.lr(peak), 3e-4);
}

TEST(CosineRestarts, WithNoRestartIsACosine) {
  const Schedule schedule = make(with(kRun, {{"restarts", 0.0}}));
  const Schedule cosine = make(with(without(kRun, "restarts"), {{"family", "cosine"}}));
  expect_rates(schedule, 100, [&](Step s) { return cosine.lr(s); });
}

TEST(CosineRestarts, CutsOffTheLastOfGivenCycles) {
  expect_rates(make(with(without(kRun, "restarts"), {{"cycle_steps", 40.0}})), 100,
               [](Step s) { return s < 10 ? 3e-4 * double(s) / 10 : wave(double((s - 10) % 40) / 40); });
}

TEST(CosineRestarts, StretchesAndLowersCycles) {
  // Cycles of 10, 20, 40 and 80 steps from 20 on, with peaks of 1, 1/2, 1/4 and 1/8 of the first.
  const Values run = with(without(kRun, "restarts"), {{"warmup_steps", 20.0},
                                                      {"cycle_steps", 10.0},
                                                      {"cycle_multiplier", 2.0},
                                                      {"restart_factor", 0.5},
                                                      {"final_lr", 1e-6},
                                                      {"total_steps", 130.0}});
  expect_rates(make(run), 130, [](Step s) {
    if (s < 20) return 3e-4 * double(s) / 20;
    double begin = 20, steps = 10, peak = 3e-4;
    for (; double(s) >= begin + steps; begin += steps, steps *= 2) peak /= 2;
    return 1e-6 + (peak - 1e-6) * (1 + std::cos(std::numbers::pi * (double(s) - begin) / steps)) / 2;
  });
}

TEST(CosineRestarts, StretchesCyclesToFillTheRun) {
  // 70 steps for cycles of 1 : 2 : 4.
  const Schedule schedule = make(with(kRun, {{"cycle_multiplier", 2.0}, {"warmup_steps", 30.0}}));
  for (const Step peak : {30, 40, 60}) EXPECT_EQ(schedule.lr(peak), 3e-4);
  for (const Step low : {39, 59, 99}) EXPECT_LT(schedule.lr(low), 4e-5);
}

TEST(CosineRestarts, NeverFallsBelowTheLowRate) {
  const Schedule schedule = make(with(kRun, {{"restart_factor", 0.01}}));
  for (Step s = 40; s < 100; ++s) EXPECT_EQ(schedule.lr(s), 3e-5);
}

TEST(CosineRestarts, FallsToZeroByDefault) {
  const Schedule schedule = make(without(kRun, "final_lr"));
  expect_rates(schedule, 100, [](Step s) {
    return s < 10 ? 3e-4 * double(s) / 10 : 3e-4 * (1 + std::cos(std::numbers::pi * double((s - 10) % 30) / 30)) / 2;
  });
  expect_rates(make(with(kRun, {{"final_lr", 0.0}})), 100, [&](Step s) { return schedule.lr(s); });
}

TEST(CosineRestarts, MayRestartBetweenTwoUpdates) {
  // Four cycles of 22.5 steps.
  const Schedule schedule = make(with(kRun, {{"restarts", 3.0}}));
  expect_rates(schedule, 100,
               [](Step s) { return s < 10 ? 3e-4 * double(s) / 10 : wave(std::fmod(double(s - 10), 22.5) / 22.5); });
  EXPECT_EQ(schedule.lr(55), 3e-4);
  EXPECT_LT(schedule.lr(33), 3e-4) << "the restart lies half a step before";
}

TEST(CosineRestarts, HoldsTheLowRateAfterTheLastOfGivenCycles) {
  const Values run = with(kRun, {{"cycle_steps", 20.0}, {"restarts", 1.0}});
  expect_rates(make(run), 100, [](Step s) {
    if (s < 10) return 3e-4 * double(s) / 10;
    return s < 50 ? wave(double((s - 10) % 20) / 20) : 3e-5;
  });
}

TEST(CosineRestarts, WarpsTheProgressOfEachCycle) {
  expect_rates(make(with(kRun, {{"progress_exponent", 1.5}})), 100,
               [](Step s) { return s < 10 ? 3e-4 * double(s) / 10 : wave(std::pow(double((s - 10) % 30) / 30, 1.5)); });
}

TEST(CosineRestarts, RefusesCyclesWithoutASteps) {
  EXPECT_NO_THROW(make(with(kRun, {{"restarts", 89.0}})));
  expect_refused(with(kRun, {{"restarts", 90.0}}), "restarts", "without a step");
  expect_refused(with(kRun, {{"restarts", 10.0}, {"cycle_multiplier", 1e300}}), "restarts", "without a step");
}

TEST(CosineRestarts, RefusesToGuessItsCycles) {
  expect_refused(without(kRun, "restarts"), "restarts", "missing");
  expect_refused(with(without(kRun, "restarts"), {{"cycle_steps", 0.0}}), "cycle_steps", "not above 0");
  expect_refused(with(kRun, {{"cycle_multiplier", 0.9}}), "cycle_multiplier", "below 1");
  const Values long_run = with(kRun, {{"total_steps", 1e8}});
  expect_refused(with(long_run, {{"restarts", 1e7}}), "restarts", "more than 100000 cycles");
  expect_refused(with(without(long_run, "restarts"), {{"cycle_steps", 1.0}}), "cycle_steps", "more than 100000 cycles");
  EXPECT_NO_THROW(make(with(long_run, {{"restarts", 1e5}})));
}

}  // namespace
}  // namespace losscast::test
