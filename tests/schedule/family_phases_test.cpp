// The family phases.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {
using Phases = std::vector<Arguments>;

const Values kPretraining = {
    {"family", "wsd"}, {"peak_lr", 3e-4}, {"warmup_steps", 10.0}, {"decay_fraction", 0.2}, {"total_steps", 100.0}};
const Values kContinuation = {{"family", "power"}, {"peak_lr", 1e-4}, {"warmup_steps", 5.0}, {"total_steps", 50.0}};

Values phases(const Values& first, const Values& second) {
  return {{"family", "phases"}, {"phases", Phases{{first}, {second}}}};
}

TEST(Phases, FollowOneAnother) {
  const Schedule both = make(phases(kPretraining, kContinuation));
  const Schedule first = make(kPretraining), second = make(kContinuation);
  ASSERT_EQ(both.total_steps(), 150);
  for (Step s = 0; s < 100; ++s) EXPECT_EQ(both.lr(s), first.lr(s));
  for (Step s = 0; s < 50; ++s) EXPECT_EQ(both.lr(100 + s), second.lr(s)) << "each phase has its own clock, step " << s;
}

TEST(Phases, MayContainPhases) {
  const Schedule nested = make(phases(phases(kPretraining, kContinuation), kContinuation));
  EXPECT_EQ(nested.total_steps(), 200);
  EXPECT_EQ(nested.lr(160), make(kContinuation).lr(10));
}

TEST(Phases, BordersAreBreakpoints) {
  const std::vector<Step> borders = breakpoints(make(phases(kPretraining, kContinuation)));
  EXPECT_EQ(borders, (std::vector<Step>{0, 10, 80, 100, 105, 150}));
}

TEST(Phases, SayWhichPhaseIsWrong) {
  EXPECT_NO_THROW(make(phases(kPretraining, kContinuation)));
  expect_refused(phases(kPretraining, with(kContinuation, {{"peak_lr", -1.0}})), "phases[1].peak_lr",
                 "phase 2: peak_lr");
  expect_refused(phases(kPretraining, phases(kPretraining, without(kContinuation, "family"))),
                 "phases[1].phases[1].family", "phase 2: phase 2: family is missing");
}

TEST(Phases, RefusesNone) {
  expect_refused({{"family", "phases"}}, "phases", "missing");
  expect_refused({{"family", "phases"}, {"phases", Phases{}}}, "phases", "empty");
  expect_refused({{"family", "phases"}, {"phases", 3.0}}, "phases", "a list of schedules");
}

}  // namespace
}  // namespace losscast::test
