// The family wsd: warm-up, stable, decay.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {
const Values kRun = {{"family", "wsd"},     {"peak_lr", 3e-4},  {"warmup_steps", 10.0},
                     {"decay_start", 80.0}, {"final_lr", 3e-5}, {"total_steps", 100.0}};

void expect_cool_down(const Values& changes, const std::function<double(double)>& of_progress) {
  const Schedule schedule = make(with(kRun, changes));
  expect_rates(schedule, 100, [&](Step s) {
    return s < 10 ? 3e-4 * double(s) / 10 : s < 80 ? 3e-4 : of_progress(double(s - 80) / 20);
  });
  EXPECT_EQ(schedule.lr(79), 3e-4);
  EXPECT_EQ(schedule.lr(80), 3e-4);
}

TEST(Wsd, CoolsDownLinearly) {
  const auto line = [](double z) { return 3e-5 + 2.7e-4 * (1 - z); };
  expect_cool_down({}, line);
  expect_cool_down({{"shape", "linear"}}, line);
}

TEST(Wsd, CoolsDownExponentially) {
  expect_cool_down({{"shape", "exponential"}}, [](double z) { return 3e-4 * std::pow(0.1, z); });
}

TEST(Wsd, CoolsDownAsOneMinusTheRoot) {
  expect_cool_down({{"shape", "sqrt"}}, [](double z) { return 3e-5 + 2.7e-4 * (1 - std::sqrt(z)); });
}

TEST(Wsd, CoolsDownAsACosine) {
  expect_cool_down({{"shape", "cosine"}},
                   [](double z) { return 3e-5 + 2.7e-4 * (1 + std::cos(std::numbers::pi * z)) / 2; });
}

TEST(Wsd, CoolsDownByHalving) {
  expect_cool_down({{"shape", "halving"}}, [](double z) { return 3e-5 + 2.7e-4 * (2 * std::pow(0.5, z) - 1); });
}

TEST(Wsd, WarpsItsProgress) {
  expect_cool_down({{"progress_exponent", 1.5}}, [](double z) { return 3e-5 + 2.7e-4 * (1 - std::pow(z, 1.5)); });
  expect_refused(with(kRun, {{"progress_exponent", 0.0}}), "progress_exponent", "not above 0");
}

TEST(Wsd, CoolsDownAsAPower) {
  expect_cool_down({{"shape", "power"}, {"exponent", 1.5}},
                   [](double z) { return 3e-5 + 2.7e-4 * std::pow(1 - z, 1.5); });
}

TEST(Wsd, TakesAFractionOfTheRunFromItsEnd) {
  const Schedule schedule = make(with(without(kRun, "decay_start"), {{"decay_fraction", 0.25}}));
  EXPECT_EQ(schedule.lr(75), 3e-4);
  EXPECT_LT(schedule.lr(76), 3e-4);
}

TEST(Wsd, ComesToZeroByDefault) { EXPECT_NEAR(make(without(kRun, "final_lr")).lr(99), 3e-4 / 20, kRoundings * 3e-4); }

TEST(Wsd, RefusesToDecayExponentiallyToZero) {
  const Values exponential = with(kRun, {{"shape", "exponential"}});
  EXPECT_NO_THROW(make(exponential));
  EXPECT_NO_THROW(make(with(kRun, {{"final_lr", 0.0}})));  // a straight line can
  expect_refused(with(exponential, {{"final_lr", 0.0}}), "final_lr", "never comes to 0");
  expect_refused(without(exponential, "final_lr"), "final_lr", "never comes to 0");
  expect_refused(with(without(exponential, "final_lr"), {{"final_lr_ratio", 0.0}}), "final_lr_ratio",
                 "never comes to 0");
}

TEST(Wsd, RefusesToGuessTheDecaysStart) { expect_refused(without(kRun, "decay_start"), "decay_start", "missing"); }

TEST(Wsd, RefusesAnUnknownShape) {
  expect_refused(with(kRun, {{"shape", "linaer"}}), "shape", "Did you mean \"linear\"?");
}

TEST(Wsd, RefusesAnExponentForOtherShapes) {
  EXPECT_NO_THROW(make(with(kRun, {{"shape", "power"}, {"exponent", 1.5}})));
  expect_refused(with(kRun, {{"exponent", 1.5}}), "exponent", "only \"power\"");
}

}  // namespace
}  // namespace losscast::test
