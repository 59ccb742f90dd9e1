// How a warm-up rises, and how it joins what follows.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {

const Values kRun = {{"family", "cosine"},      {"peak_lr", 3e-4}, {"warmup_steps", 20.0},
                     {"warmup_start_lr", 1e-5}, {"final_lr", 0.0}, {"total_steps", 200.0}};

double fall(double z) { return 3e-4 * (1 + std::cos(std::numbers::pi * z)) / 2; }
double rise(double part) { return 1e-5 + 2.9e-4 * part; }

void expect_rise(const char* shape, const std::function<double(double)>& part) {
  expect_rates(make(with(kRun, {{"warmup_shape", shape}})), 200,
               [&](Step s) { return s < 20 ? rise(part(double(s))) : fall(double(s - 20) / 180); });
}

TEST(WarmUp, RisesInEveryShape) {
  expect_rise("linear", [](double s) { return s / 20; });
  expect_rise("cosine", [](double s) { return (1 - std::cos(std::numbers::pi * s / 20)) / 2; });
  expect_rise("sqrt", [](double s) { return 1 - std::sqrt(1 - s / 20); });
  expect_rise("log", [](double s) { return std::log(s + 1) / std::log(20); });
}

TEST(WarmUp, OfOneStepHasNoLogarithm) {
  const Schedule schedule = make(with(kRun, {{"warmup_shape", "log"}, {"warmup_steps", 1.0}}));
  EXPECT_EQ(schedule.lr(0), 1e-5);
  EXPECT_EQ(schedule.lr(1), 3e-4);
}

TEST(WarmUp, TakesThePlaceOfWhatBeganBefore) {
  expect_rates(make(with(kRun, {{"warmup_mode", "over"}})), 200,
               [](Step s) { return s < 20 ? rise(double(s) / 20) : fall(double(s) / 200); });
  expect_rates(make(with(kRun, {{"warmup_mode", "over"}, {"decay_start", 10.0}})), 200,
               [](Step s) { return s < 20 ? rise(double(s) / 20) : fall(double(s - 10) / 190); });
}

TEST(WarmUp, MultipliesWhatBeganBefore) {
  expect_rates(make(with(kRun, {{"warmup_mode", "times"}})), 200,
               [](Step s) { return (s < 20 ? rise(double(s) / 20) / 3e-4 : 1) * fall(double(s) / 200); });
}

TEST(WarmUp, OfNoStepsIsNone) {
  for (const char* mode : {"over", "times"})
    expect_rates(make(with(kRun, {{"warmup_mode", mode}, {"warmup_steps", 0.0}})), 200,
                 [](Step s) { return fall(double(s) / 200); });
}

TEST(WarmUp, MayLastAllTheRun) {
  for (const char* mode : {"before", "over"})
    expect_rates(make(with(kRun, {{"warmup_mode", mode}, {"warmup_steps", 200.0}})), 200,
                 [](Step s) { return rise(double(s) / 200); });
}

TEST(WarmUp, LetsMilestonesAndCyclesBeginBefore) {
  const Values stairs = {{"family", "multi-step"},
                         {"peak_lr", 3e-4},
                         {"warmup_steps", 20.0},
                         {"warmup_mode", "over"},
                         {"total_steps", 60.0},
                         {"milestones", std::vector<double>{10, 40}},
                         {"factors", std::vector<double>{0.5, 0.2}}};
  expect_rates(make(stairs), 60, [](Step s) { return s < 20 ? 1.5e-5 * double(s) : s < 40 ? 1.5e-4 : 6e-5; });
  expect_refused(with(stairs, {{"warmup_mode", "before"}}), "milestones", "step 10 after step 20");
}

TEST(WarmUp, RefusesADecayThatItHides) {
  expect_refused(with(kRun, {{"decay_start", 10.0}}), "decay_start", "warmup_mode");
  expect_refused(with(kRun, {{"warmup_mode", "under"}}), "warmup_mode", "before, over, times");
  expect_refused(with(kRun, {{"warmup_shape", "square"}}), "warmup_shape", "linear, cosine, sqrt, log");
}

}  // namespace
}  // namespace losscast::test
