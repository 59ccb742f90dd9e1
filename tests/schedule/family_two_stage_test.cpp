// The family two-stage.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {
const Values kRun = {{"family", "two-stage"},  {"peak_lr", 3e-4},       {"final_lr", 9e-5},
                     {"warmup_steps", 2160.0}, {"decay_start", 8000.0}, {"total_steps", 16000.0}};

TEST(TwoStage, DropsAtOnce) {
  const Schedule schedule = make(kRun);
  expect_rates(schedule, 16000, [](Step s) { return s < 2160 ? 3e-4 * double(s) / 2160 : s < 8000 ? 3e-4 : 9e-5; });
  EXPECT_EQ(schedule.lr(7999), 3e-4);
  EXPECT_EQ(schedule.lr(8000), 9e-5);
  EXPECT_EQ(schedule.lr(15999), 9e-5);
}

TEST(TwoStage, RefusesToGuess) {
  EXPECT_NO_THROW(make(kRun));
  expect_refused(without(kRun, "decay_start"), "decay_start", "missing");
  expect_refused(without(kRun, "final_lr"), "final_lr", "missing");
  expect_refused(without(kRun, "peak_lr"), "peak_lr", "missing");
  expect_refused(without(kRun, "total_steps"), "total_steps", "missing");
}

}  // namespace
}  // namespace losscast::test
