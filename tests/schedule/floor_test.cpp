// The floor of the LR, which decays share.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {

const Values kRun = {{"peak_lr", 3e-4}, {"warmup_steps", 20.0}, {"total_steps", 200.0}};

void expect_floored(const Values& values) {
  const Schedule free = make(values), floored = make(with(values, {{"floor_lr", 1.1e-4}}));
  ASSERT_EQ(floored.total_steps(), 200);
  int raised = 0;
  for (Step s = 0; s < 200; ++s) {
    EXPECT_EQ(floored.lr(s), s < 20 ? free.lr(s) : std::max(1.1e-4, free.lr(s))) << s;
    raised += floored.lr(s) != free.lr(s);
  }
  EXPECT_GT(raised, 10);
}

TEST(Floor, IsTheLowestRateAfterTheWarmUp) {
  for (const char* family : {"linear", "cosine", "polynomial"}) expect_floored(with(kRun, {{"family", family}}));
  for (const char* family : {"inverse-sqrt", "power"})
    expect_floored(with(kRun, {{"family", family}, {"decay_start", 150.0}}));
  for (const char* shape : {"linear", "sqrt", "cosine", "halving", "power"})
    expect_floored(with(kRun, {{"family", "wsd"}, {"shape", shape}, {"decay_start", 100.0}}));
  expect_floored(with(kRun, {{"family", "cosine"}, {"progress_exponent", 0.7}, {"warmup_mode", "over"}}));
  expect_floored(with(kRun, {{"family", "cosine"}, {"decay_end", 100.0}}));
}

TEST(Floor, OfThePeakHoldsItThroughout) {
  const Schedule schedule = make(with(kRun, {{"family", "cosine"}, {"floor_ratio", 1.0}}));
  for (Step s = 20; s < 200; ++s) EXPECT_EQ(schedule.lr(s), 3e-4);
}

TEST(Floor, RefusesToBeAboveThePeak) {
  const Values run = with(kRun, {{"family", "cosine"}, {"floor_lr", 3e-4}});
  EXPECT_NO_THROW(make(run));
  expect_refused(with(run, {{"floor_lr", 3.1e-4}}), "floor_lr", "above peak_lr");
  expect_refused(with(run, {{"floor_ratio", 0.1}}), "floor_ratio", "beside floor_lr");
}

}  // namespace
}  // namespace losscast::test
