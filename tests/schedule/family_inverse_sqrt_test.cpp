// The family inverse-sqrt, and the cool-down that it shares with power.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {
const Values kRun = {{"family", "inverse-sqrt"}, {"peak_lr", 3e-4}, {"warmup_steps", 10.0}, {"total_steps", 100.0}};

TEST(InverseSqrt, FallsAsTheRootOfTheStep) {
  const Schedule schedule = make(kRun);
  expect_rates(schedule, 100, [](Step s) { return s < 10 ? 3e-4 * double(s) / 10 : 3e-4 * std::sqrt(10 / double(s)); });
  EXPECT_EQ(schedule.lr(10), 3e-4);
  EXPECT_NEAR(schedule.lr(40), 1.5e-4, kRoundings * 3e-4);
}

TEST(InverseSqrt, HasATimescaleOfItsOwn) {
  expect_rates(make(with(kRun, {{"timescale", 25.0}})), 100,
               [](Step s) { return s < 10 ? 3e-4 * double(s) / 10 : 3e-4 / std::sqrt(1 + double(s - 10) / 25); });
}

TEST(InverseSqrt, NeedsNoWarmUp) {
  expect_rates(make(without(kRun, "warmup_steps")), 100,
               [](Step s) { return 3e-4 / std::sqrt(1 + double(s) / 10000); });
}

TEST(Cooldown, FallsFromWhereTheLawHasCome) {
  const double from = 3e-4 * std::sqrt(10.0 / 60);
  const Values run = with(kRun, {{"decay_start", 60.0}, {"final_lr", 1e-5}});
  const auto law = [](Step s) { return s < 10 ? 3e-4 * double(s) / 10 : 3e-4 * std::sqrt(10 / double(s)); };
  expect_rates(make(run), 100, [&](Step s) { return s < 60 ? law(s) : 1e-5 + (from - 1e-5) * double(100 - s) / 40; });
  expect_rates(make(with(run, {{"shape", "exponential"}})), 100,
               [&](Step s) { return s < 60 ? law(s) : from * std::pow(1e-5 / from, double(s - 60) / 40); });
}

TEST(Cooldown, MayBeginAtOnce) {
  expect_rates(make({{"family", "inverse-sqrt"}, {"peak_lr", 3e-4}, {"decay_start", 0.0}, {"total_steps", 10.0}}), 10,
               [](Step s) { return 3e-4 * double(10 - s) / 10; });
}

TEST(Cooldown, RefusesArgumentsThatHaveNoEffect) {
  EXPECT_NO_THROW(make(with(kRun, {{"final_lr", 1e-5}, {"decay_start", 60.0}})));
  expect_refused(with(kRun, {{"final_lr", 1e-5}}), "final_lr", "without a cool-down");
  expect_refused(with(kRun, {{"shape", "cosine"}}), "shape", "without a cool-down");
}

TEST(Cooldown, RefusesToRise) {
  EXPECT_NO_THROW(make(with(kRun, {{"final_lr", 1.2e-4}, {"decay_start", 60.0}})));  // the law is at 1.22e-4
  expect_refused(with(kRun, {{"final_lr", 1.3e-4}, {"decay_start", 60.0}}), "final_lr", "a cool-down falls");
}

TEST(Cooldown, RefusesToFallExponentiallyToZero) {
  EXPECT_NO_THROW(make(with(kRun, {{"decay_start", 60.0}, {"shape", "linear"}})));
  expect_refused(with(kRun, {{"decay_start", 60.0}, {"shape", "exponential"}}), "final_lr", "never comes to 0");
}

TEST(InverseSqrt, RefusesATimescaleOfZero) {
  EXPECT_NO_THROW(make(with(kRun, {{"timescale", 1.0}})));
  expect_refused(with(kRun, {{"timescale", 0.0}}), "timescale", "not above 0");
}

}  // namespace
}  // namespace losscast::test
