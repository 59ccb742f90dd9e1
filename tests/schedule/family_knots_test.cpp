// The family knots.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {
using Numbers = std::vector<double>;

const Values kRun = {{"family", "knots"}, {"steps", Numbers{0, 10, 40, 100}}, {"lrs", Numbers{0, 3e-4, 1e-4, 2e-4}}};

double line(Step s, Step from_step, Step to_step, double from, double to) {
  return from + (to - from) * double(s - from_step) / double(to_step - from_step);
}

TEST(Knots, DrawsLines) {
  const Schedule schedule = make(kRun);
  expect_rates(schedule, 100, [](Step s) {
    return s < 10 ? line(s, 0, 10, 0, 3e-4) : s < 40 ? line(s, 10, 40, 3e-4, 1e-4) : line(s, 40, 100, 1e-4, 2e-4);
  });
  EXPECT_EQ(schedule.lr(10), 3e-4);
  EXPECT_EQ(schedule.lr(40), 1e-4);
}

TEST(Knots, HoldsTheLast) {
  const Schedule schedule = make(with(kRun, {{"total_steps", 150.0}}));
  EXPECT_EQ(schedule.total_steps(), 150);
  EXPECT_LT(schedule.lr(99), 2e-4);
  EXPECT_EQ(schedule.lr(100), 2e-4);
  EXPECT_EQ(schedule.lr(149), 2e-4);
}

TEST(Knots, OfOnePointIsConstant) {
  const Values one = {{"family", "knots"}, {"steps", Numbers{0}}, {"lrs", Numbers{1e-4}}};
  expect_rates(make(with(one, {{"total_steps", 5.0}})), 5, [](Step) { return 1e-4; });
  expect_refused(one, "steps", "the last knot is at step 0");
}

TEST(Knots, RefusesStepsThatAreNone) {
  EXPECT_NO_THROW(make(kRun));
  expect_refused(with(kRun, {{"steps", Numbers{1, 10, 40, 100}}}), "steps", "begins with 1");
  expect_refused(with(kRun, {{"steps", Numbers{0, 10, 10, 100}}}), "steps", "10 after 10");
  expect_refused(with(kRun, {{"steps", Numbers{0, 10, 5, 100}}}), "steps", "5 after 10");
  expect_refused(with(kRun, {{"steps", Numbers{0, -10, 40, 100}}}), "steps", "-10");
  expect_refused(with(kRun, {{"total_steps", 99.0}}), "steps", "the last knot is at step 100");
}

TEST(Knots, MayLieBetweenTwoUpdates) {
  const Values run = {{"family", "knots"}, {"steps", Numbers{0, 10.5, 40.25}}, {"lrs", Numbers{0, 3e-4, 1e-4}}};
  expect_rates(make(with(run, {{"total_steps", 50.0}})), 50, [](Step s) {
    const double t = double(s);
    return t < 10.5 ? 3e-4 * t / 10.5 : t < 40.25 ? 3e-4 - 2e-4 * (t - 10.5) / 29.75 : 1e-4;
  });
  expect_refused(run, "steps", "the last knot is at 40.25");
}

TEST(Knots, MayBeJoinedByHalfCosines) {
  const auto wave = [](double z) { return (1 - std::cos(std::numbers::pi * z)) / 2; };
  expect_rates(make(with(kRun, {{"shape", "cosine"}})), 100, [&](Step s) {
    const double t = double(s);
    if (s < 10) return 3e-4 * wave(t / 10);
    return s < 40 ? 3e-4 - 2e-4 * wave((t - 10) / 30) : 1e-4 + 1e-4 * wave((t - 40) / 60);
  });
}

TEST(Knots, RefusesRatesThatDoNotFit) {
  expect_refused(with(kRun, {{"lrs", Numbers{0, 1}}}), "lrs", "2 numbers for 4 steps");
  expect_refused(with(kRun, {{"lrs", Numbers{0, 1, -1, 1}}}), "lrs", "negative");
  expect_refused(with(kRun, {{"lrs", Numbers{0, 1, std::nan(""), 1}}}), "lrs", "not finite");
}

}  // namespace
}  // namespace losscast::test
