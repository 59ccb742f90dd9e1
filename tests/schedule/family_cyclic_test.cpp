// The family cyclic.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {
const Values kRun = {{"family", "cyclic"},  {"peak_lr", 3e-4},     {"final_lr", 1e-4},
                     {"cycle_steps", 20.0}, {"total_steps", 95.0}, {"warmup_steps", 10.0}};

double warm_up(Step s) { return 3e-4 * double(s) / 10; }

TEST(Cyclic, FallsAndRises) {
  const Schedule schedule = make(kRun);
  expect_rates(schedule, 95, [](Step s) {
    const double phase = double((s - 10) % 20) / 10;
    return s < 10 ? warm_up(s) : 3e-4 - 2e-4 * (phase < 1 ? phase : 2 - phase);
  });
  for (const Step peak : {10, 30, 50, 70, 90}) EXPECT_EQ(schedule.lr(peak), 3e-4);
  for (const Step low : {20, 40, 60, 80}) EXPECT_EQ(schedule.lr(low), 1e-4);
}

TEST(Cyclic, FallsForAPartOfTheCycle) {
  expect_rates(make(with(kRun, {{"fall_fraction", 0.25}})), 95, [](Step s) {
    const double phase = double((s - 10) % 20) / 20;
    return s < 10 ? warm_up(s) : 3e-4 - 2e-4 * (phase < 0.25 ? phase / 0.25 : (1 - phase) / 0.75);
  });
  expect_rates(make(with(kRun, {{"fall_fraction", 1.0}})), 95, [](Step s) {  // saw teeth
    return s < 10 ? warm_up(s) : 3e-4 - 2e-4 * double((s - 10) % 20) / 20;
  });
}

TEST(Cyclic, SwingsAsACosine) {
  expect_rates(make(with(kRun, {{"shape", "cosine"}})), 95, [](Step s) {
    return s < 10 ? warm_up(s) : 2e-4 + 1e-4 * std::cos(2 * std::numbers::pi * double((s - 10) % 20) / 20);
  });
}

TEST(Cyclic, CanBeSmithsTriangular2) {
  const Schedule schedule = make(with(kRun, {{"warmup_start_lr", 1e-4}, {"cycle_factor", 0.5}}));
  expect_rates(schedule, 95, [](Step s) {
    const double within = double(s % 20) / 10;  // 0 ... 2, the peak at 1
    return 1e-4 + 2e-4 * std::pow(0.5, double(s / 20)) * (within < 1 ? within : 2 - within);
  });
}

TEST(Cyclic, RefusesToGuess) {
  EXPECT_NO_THROW(make(kRun));
  expect_refused(without(kRun, "cycle_steps"), "cycle_steps", "missing");
  expect_refused(without(kRun, "final_lr"), "final_lr", "missing");
  expect_refused(with(kRun, {{"cycle_steps", 0.0}}), "cycle_steps", "no cycle");
  expect_refused(with(kRun, {{"cycle_steps", 1.0}, {"total_steps", 1e8}}), "cycle_steps", "more than 100000 cycles");
  EXPECT_NO_THROW(make(with(kRun, {{"cycle_steps", 1.0}, {"total_steps", 100'010.0}})));
}

}  // namespace
}  // namespace losscast::test
