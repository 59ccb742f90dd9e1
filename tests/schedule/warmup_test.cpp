// Where the warm-up of a schedule ends: as its family says, and as the rates show.
#include "losscast/schedule/warmup.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "losscast/format/number_text.hpp"
#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {

using Numbers = std::vector<double>;
using Rate = std::function<double(Step)>;

const Values kRun = {{"peak_lr", 3e-4}, {"total_steps", 5000.0}, {"warmup_start_lr", 3e-6}};
constexpr double kPeak = 3e-4;

TEST(WarmUpEnd, IsTheFirstUpdateAtThePeak) {
  for (const double steps : {1.0, 2.0, 2160.0})
    for (const char* shape : {"linear", "cosine", "sqrt", "log"})
      for (const char* family : {"constant", "linear", "cosine", "inverse-sqrt"})
        EXPECT_EQ(warmup_end(make(with(kRun, {{"family", family}, {"warmup_steps", steps}, {"warmup_shape", shape}}))),
                  static_cast<Step>(steps))
            << family << " " << shape;
}

TEST(WarmUpEnd, IsWhatTheFamilySaysWhateverItsRates) {
  const Values flat = with(kRun, {{"family", "constant"}, {"warmup_steps", 300.0}, {"warmup_start_lr", kPeak}});
  EXPECT_EQ(warmup_end(make(flat)), 300);
  for (const char* mode : {"over", "times"})
    EXPECT_EQ(warmup_end(make(with(kRun, {{"family", "cosine"}, {"warmup_steps", 900.0}, {"warmup_mode", mode}}))), 900)
        << mode;
  EXPECT_EQ(warmup_end(make(with(kRun, {{"family", "cyclic"}, {"final_lr", 1e-5}, {"cycle_steps", 90.0}}))), 0);
}

TEST(WarmUpEnd, IsZeroWithoutOne) {
  EXPECT_EQ(warmup_end(make(with(kRun, {{"family", "constant"}}))), 0);
  EXPECT_EQ(warmup_end(make(with(kRun, {{"family", "cosine"}}))), 0);
  EXPECT_EQ(warmup_end(make(with(kRun, {{"family", "constant"}, {"total_steps", 1.0}}))), 0);
}

TEST(WarmUpEnd, IsTheLastUpdateOfARunThatOnlyRises) {
  EXPECT_EQ(warmup_end(make(with(kRun, {{"family", "constant"}, {"warmup_steps", 5000.0}}))), 4999);
}

TEST(WarmUpEnd, OfPhasesIsThatOfTheFirst) {
  const Arguments first = {with(kRun, {{"family", "constant"}, {"warmup_steps", 100.0}})};
  const Arguments rises = {with(kRun, {{"family", "linear"}, {"warmup_steps", 5000.0}})};
  const Arguments knots = {{{"family", "knots"}, {"steps", Numbers{0, 50, 90}}, {"lrs", Numbers{0, 1e-4, 5e-5}}}};
  const auto end_of = [](std::vector<Arguments> phases) {
    return warmup_end(make({{"family", "phases"}, {"phases", std::move(phases)}}));
  };
  EXPECT_EQ(end_of({first, rises}), 100);
  EXPECT_EQ(end_of({knots, first}), 50);
  EXPECT_EQ(end_of({rises, first}), 4999);
}

// The end of the rise of rates that are given one by one.
Step end_of_rates(Step updates, const Rate& rate) {
  std::vector<double> lrs;
  for (Step s = 0; s < updates; ++s) lrs.push_back(rate(s));
  return warmup_end(Schedule(
      {{.end = updates, .shape = Shape::table, .table = std::make_shared<const std::vector<double>>(std::move(lrs))}}));
}

// As a console prints it.
double in_digits(int digits, double value) { return *parse_number(fmt::format("{:.{}e}", value, digits - 1)); }

constexpr Step kWarmup = 500, kEnd = 12000;

// Warm-up, then what follows it, by its name.
Rate warmed_up(const std::string& rest, double power = 1) {
  return [=](Step s) {
    const double t = double(s - kWarmup) / double(kEnd - kWarmup);
    if (s < kWarmup) return kPeak * std::pow(double(s) / kWarmup, power);
    if (rest == "linear") return kPeak * (1 - t);
    if (rest == "cosine") return kPeak * (0.55 + 0.45 * std::cos(std::numbers::pi * t));
    if (rest == "drop") return kPeak / 10;
    if (rest == "cycles") return kPeak * (0.55 + 0.45 * std::cos(std::numbers::pi * 20 * t));
    if (rest == "second warm-up") return s < 6000 ? kPeak * (1 - double(s - kWarmup) / 5500) : kPeak * double(s) / 8000;
    return kPeak;
  };
}

const char* const kRests[] = {"plateau", "linear", "cosine", "drop", "cycles", "second warm-up"};

TEST(RiseEnd, IsExactWhereTheRatesAre) {
  for (const char* rest : kRests)
    for (const double power : {0.5, 1.0, 2.0}) {
      // A drop at once leaves the update before it the highest.
      const Step end = rest == std::string("drop") ? kWarmup - 1 : kWarmup;
      EXPECT_EQ(end_of_rates(kEnd, warmed_up(rest, power)), end) << rest << " " << power;
    }
}

TEST(RiseEnd, IsTheFirstThatPrintsAsThePeak) {
  for (const char* rest : kRests)
    for (const int digits : {2, 3, 5}) {
      const Rate exact = warmed_up(rest);
      const auto rounded = [&](Step s) { return in_digits(digits, exact(s)); };
      const Step end = end_of_rates(kEnd, rounded);
      const double half_unit = 0.5 * std::pow(10.0, 1 - digits) / 3;  // of the peak's last digit, as its share
      EXPECT_GE(end, (1 - half_unit) * kWarmup - 2) << rest << " " << digits;
      EXPECT_LE(end, kWarmup) << rest << " " << digits;
    }
}

TEST(RiseEnd, IsNotThatOfARowGivenTwice) {
  for (const char* rest : kRests) {
    const Rate rate = warmed_up(rest);
    const Step end = rest == std::string("drop") ? kWarmup : kWarmup + 1;
    EXPECT_EQ(end_of_rates(kEnd, [&](Step s) { return rate(std::max<Step>(0, s - 1)); }), end) << rest;
    const Step middle = 200;
    EXPECT_EQ(end_of_rates(kEnd, [&](Step s) { return rate(s > middle ? s - 1 : s); }), end) << rest;
  }
}

TEST(RiseEnd, GoesOverStairsAndHolds) {
  for (const Step stair : {1, 7, 50, 100, 125})
    for (const char* rest : kRests) {
      const Rate rate = warmed_up(rest);
      const auto in_stairs = [&](Step s) { return s < kWarmup ? rate(s / stair * stair) : rate(s); };
      const Step end = rest == std::string("drop") ? (kWarmup - 1) / stair * stair : kWarmup;
      EXPECT_EQ(end_of_rates(kEnd, in_stairs), end) << rest << " " << stair;
    }
  const Values held = {{"family", "knots"}, {"lrs", Numbers{0, 1e-4, 1e-4, 3e-4, 3e-5}}};
  EXPECT_EQ(warmup_end(make(with(held, {{"steps", Numbers{0, 100, 700, 1000, 9000}}}))), 1000);
}

TEST(RiseEnd, GoesOverDips) {
  // One unit of the last of two digits, at every seventh update.
  for (const char* rest : {"plateau", "linear", "cosine", "cycles"}) {
    const Rate rate = warmed_up(rest);
    const auto uneven = [&](Step s) { return s > 60 && s % 7 == 2 ? 0.91 * rate(s) : rate(s); };
    EXPECT_EQ(end_of_rates(kEnd, uneven), kWarmup) << rest;
  }
  const auto start = [&](Step s) { return s == 3 ? 0.0 : warmed_up("plateau")(s); };
  EXPECT_EQ(end_of_rates(kEnd, start), kWarmup) << "a rate of 0 among the first";
  const auto single_precision = [&](Step s) {
    return double(float(warmed_up("plateau")(s) * (1 + 1e-8 * double(s % 13))));
  };
  EXPECT_EQ(end_of_rates(kEnd, single_precision), kWarmup);
}

TEST(RiseEnd, IsTheLastUpdateIfItNeverEnds) {
  EXPECT_EQ(end_of_rates(3000, [](Step s) { return 1e-7 * double(s); }), 2999);
  EXPECT_EQ(end_of_rates(3000, [](Step s) { return 1e-4 * std::log1p(double(s)); }), 2999);
  EXPECT_EQ(end_of_rates(3000, [](Step s) { return 1e-7 * double(s / 100); }), 2900) << "its last stair";
  EXPECT_EQ(end_of_rates(2, [](Step s) { return double(s); }), 1);
}

TEST(RiseEnd, IsZeroIfTheLrDoesNotRise) {
  EXPECT_EQ(end_of_rates(1, [](Step) { return kPeak; }), 0);
  EXPECT_EQ(end_of_rates(kEnd, [](Step) { return kPeak; }), 0);
  EXPECT_EQ(end_of_rates(kEnd, [](Step) { return 0.0; }), 0);
  EXPECT_EQ(end_of_rates(kEnd, [](Step s) { return kPeak * (1 - double(s) / kEnd); }), 0);
  EXPECT_EQ(end_of_rates(kEnd, [](Step s) { return kPeak * std::cos(double(s) / kEnd); }), 0);
  EXPECT_EQ(end_of_rates(kEnd, [](Step s) { return kPeak * (1 + 1e-7 * double(s % 5)); }), 0) << "single precision";
  EXPECT_EQ(end_of_rates(kEnd, [](Step s) { return s % 997 == 5 ? 3.1e-4 : 3e-4; }), 0) << "two digits";
}

TEST(RiseEnd, IsNotProlongedByALongPlateau) {
  const auto flickers = [](Step s) { return s == 9000 ? 3.1e-4 : warmed_up("plateau")(s); };
  EXPECT_EQ(end_of_rates(kEnd, flickers), kWarmup);
  const auto raised = [](Step s) { return warmed_up("plateau")(s) * (s < 9000 ? 1 : 2); };
  EXPECT_EQ(end_of_rates(kEnd, raised), kWarmup);
  const auto frozen_first = [](Step s) { return s < 6000 ? 0.0 : warmed_up("plateau")(s - 6000); };
  EXPECT_EQ(end_of_rates(kEnd, frozen_first), 6000 + kWarmup) << "at a rate of 0 the run has not begun";
}

TEST(RiseEnd, OfKnotsFarApart) {
  const Values run = {{"family", "knots"}, {"lrs", Numbers{0, 0, 3e-4, 3e-4}}};
  EXPECT_EQ(warmup_end(make(with(run, {{"steps", Numbers{0, 1, 501, 12000}}}))), 501);
  EXPECT_EQ(warmup_end(make(with(run, {{"steps", Numbers{0, 1, 501, 5'000'000}}}))), 501);
}

}  // namespace
}  // namespace losscast::test
