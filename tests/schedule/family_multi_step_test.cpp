// The family multi-step.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {
using Numbers = std::vector<double>;

const Values kRun = {{"family", "multi-step"}, {"peak_lr", 3e-4}, {"warmup_steps", 10.0}, {"total_steps", 1000.0}};

TEST(MultiStep, IsTheEightOneOneRuleByDefault) {
  const Schedule schedule = make(kRun);
  expect_rates(schedule, 1000, [](Step s) {
    return s < 10 ? 3e-5 * double(s) : s < 800 ? 3e-4 : s < 900 ? 0.316 * 3e-4 : 0.1 * 3e-4;
  });
  EXPECT_EQ(schedule.lr(799), 3e-4);
  EXPECT_LT(schedule.lr(800), 1e-4);
}

TEST(MultiStep, TakesMilestonesInSteps) {
  expect_rates(make(with(kRun, {{"milestones", Numbers{10, 500, 1000}}, {"factors", Numbers{0.5, 1, 0.25}}})), 1000,
               [](Step s) { return s < 10    ? 3e-5 * double(s)
                                   : s < 500 ? 1.5e-4
                                             : 3e-4; });
}

TEST(MultiStep, TakesMilestonesAsFractions) {
  expect_rates(make(with(kRun, {{"milestone_fractions", Numbers{0.25}}, {"factors", Numbers{0.0}}})), 1000, [](Step s) {
    return s < 10 ? 3e-5 * double(s) : s < 250 ? 3e-4 : 0.0;
  });
}

TEST(MultiStep, RefusesMilestonesOutsideTheRun) {
  EXPECT_NO_THROW(make(with(kRun, {{"milestones", Numbers{10, 1000}}})));
  expect_refused(with(kRun, {{"milestones", Numbers{10, 1001}}}), "milestones", "outside the run");
  expect_refused(with(kRun, {{"milestones", Numbers{-10, 500}}}), "milestones", "outside the run");
  expect_refused(with(kRun, {{"milestone_fractions", Numbers{0.5, 1.5}}}), "milestone_fractions", "outside the run");
  expect_refused(with(kRun, {{"milestones", Numbers{9, 1000}}}), "milestones", "end of the warm-up");
}

TEST(MultiStep, RefusesMilestonesThatAreNoSteps) {
  EXPECT_NO_THROW(make(with(kRun, {{"milestones", Numbers{100, 200}}})));
  expect_refused(with(kRun, {{"milestones", Numbers{100.5, 200}}}), "milestones", "no whole number");
  expect_refused(with(kRun, {{"milestones", Numbers{200, 100}}}), "milestones", "Sort them");
  expect_refused(with(kRun, {{"milestones", Numbers{}}}), "milestones", "empty");
  expect_refused(with(kRun, {{"milestones", 100.0}}), "milestones", "a list of numbers");
}

TEST(MultiStep, RefusesFactorsThatDoNotFit) {
  EXPECT_NO_THROW(make(with(kRun, {{"factors", Numbers{0.5, 0.2}}})));
  expect_refused(with(kRun, {{"factors", Numbers{0.5}}}), "factors", "1 numbers for 2 milestones");
  expect_refused(with(kRun, {{"factors", Numbers{0.5, 1.1}}}), "factors", "from 0 to 1");
  expect_refused(with(kRun, {{"factors", Numbers{0.5, -0.1}}}), "factors", "from 0 to 1");
}

TEST(MultiStep, RefusesBothKindsOfMilestones) {
  expect_refused(with(kRun, {{"milestones", Numbers{1}}, {"milestone_fractions", Numbers{1}}}), "milestone_fractions",
                 "beside");
}

}  // namespace
}  // namespace losscast::test
