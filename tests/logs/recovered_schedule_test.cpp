// Schedules are made of known arguments, logged, and looked for in the log.
#include "losscast/logs/recovered_schedule.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <ctime>

#include "logs/printed_number.hpp"
#include "losscast/logs/rate_tolerances.hpp"
#include "losscast/schedule/families.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast::test {
namespace {

// How a program logs its rates.
struct Logging {
  Step first, every;          // steps
  Step shift = 0;             // the rate of update s - shift is logged at step s
  const char* format = "{}";  // shortest digits that read back as the same number
  Step until = 1'000'000'000;
};

std::vector<LoggedPoint> logged(const Schedule& schedule, const Logging& logging) {
  std::vector<LoggedPoint> points;
  const Step end = std::min(logging.until, schedule.total_steps() - 1 + logging.shift);
  for (Step step = logging.first; step <= end; step += logging.every) {
    const std::string text = fmt::format(fmt::runtime(logging.format), schedule.lr(step - logging.shift));
    const auto number = parse_printed_number(text);
    points.push_back({step, number->value, number->unit, "log:1"});
  }
  return points;
}

// Every family that is looked for, in its usual forms.
const std::vector<std::string> kSchedules = {
    R"({ family = "constant", peak_lr = 3e-4, total_steps = 5000, warmup_steps = 250 })",
    R"({ family = "linear", peak_lr = 3e-4, total_steps = 5000, warmup_steps = 250 })",
    R"({ family = "linear", final_lr = 1e-5, peak_lr = 0.0012, total_steps = 5000, warmup_steps = 333 })",
    R"({ family = "cosine", final_lr = 3e-5, peak_lr = 3e-4, total_steps = 5000, warmup_steps = 217 })",
    R"({ family = "cosine", peak_lr = 6e-4, total_steps = 5000, warmup_steps = 250 })",
    R"({ family = "cosine", decay_end = 4000, final_lr = 1e-5, peak_lr = 3e-4, total_steps = 5000, warmup_steps = 250 })",
    R"({ family = "wsd", decay_start = 4000, peak_lr = 3e-4, total_steps = 5000, warmup_steps = 250 })",
    R"({ family = "wsd", decay_start = 4003, final_lr = 1e-5, peak_lr = 3e-4, shape = "sqrt", total_steps = 5000, warmup_steps = 250 })",
    R"({ family = "wsd", decay_start = 4000, final_lr = 3e-5, peak_lr = 3e-4, shape = "cosine", total_steps = 5000, warmup_steps = 250 })",
    R"({ family = "wsd", decay_start = 4000, final_lr = 3e-6, peak_lr = 3e-4, shape = "exponential", total_steps = 5000, warmup_steps = 250 })",
    R"({ family = "wsd", decay_start = 4000, exponent = 2, peak_lr = 3e-4, shape = "power", total_steps = 5000, warmup_steps = 250 })",
    R"({ family = "two-stage", decay_start = 3000, final_lr = 9e-5, peak_lr = 3e-4, total_steps = 5000, warmup_steps = 250 })",
    R"({ family = "multi-step", factors = [0.316, 0.1], milestones = [4000, 4500], peak_lr = 3e-4, total_steps = 5000, warmup_steps = 250 })",
    R"({ family = "polynomial", exponent = 2, final_lr = 1e-6, peak_lr = 3e-4, total_steps = 5000, warmup_steps = 250 })",
    R"({ family = "inverse-sqrt", peak_lr = 3e-4, total_steps = 5000, warmup_steps = 250 })",
    R"({ family = "inverse-sqrt", peak_lr = 3e-4, timescale = 1000, total_steps = 5000, warmup_steps = 250 })",
    R"({ family = "cosine-restarts", cycle_steps = 950, final_lr = 3e-6, peak_lr = 3e-4, total_steps = 5000, warmup_steps = 250 })",
    R"({ family = "cosine-restarts", cycle_multiplier = 2, cycle_steps = 700, final_lr = 3e-6, peak_lr = 3e-4, total_steps = 5000, warmup_steps = 250 })",
};

std::optional<RecoveredSchedule> recovered(const std::string& text, const Logging& logging) {
  const Schedule schedule = parse_schedule(text, "test");
  return recover_schedule(logged(schedule, logging), {.logged = schedule.total_steps(), .planned = {}});
}

std::string recovered_text(const std::string& text, const Logging& logging) {
  const auto found = recovered(text, logging);
  return found ? schedule_text(found->arguments) : "nothing";
}

TEST(RecoverSchedule, FindsTheArgumentsOfEveryFamily) {
  for (const std::string& text : kSchedules) EXPECT_EQ(recovered_text(text, {.first = 0, .every = 25}), text);
}

TEST(RecoverSchedule, FindsThemInRatesOfTheUpdateBefore) {
  for (const std::string& text : kSchedules) {
    const auto found = recovered(text, {.first = 50, .every = 50, .shift = 1});
    ASSERT_TRUE(found) << text;
    EXPECT_EQ(schedule_text(found->arguments), text);
    EXPECT_EQ(found->shift, 1) << text;
  }
}

// What was found has the same rates everywhere, as far as the printed digits tell.
void expect_same_rates(const std::string& text, const Logging& logging, double precision) {
  SCOPED_TRACE(text);
  const auto found = recovered(text, logging);
  ASSERT_TRUE(found);
  const Schedule wanted = parse_schedule(text, "test"), got = make_schedule(found->arguments);
  for (const LoggedPoint& point : logged(wanted, logging)) {
    const Step s = point.step - found->shift;
    if (s < 0 || s >= got.total_steps()) continue;
    EXPECT_NEAR(got.lr(s), point.value, precision / 2 * 1.001) << s;
  }
}

TEST(RecoverSchedule, FindsThemInRatesOfSixDigits) {
  for (const std::string& text : kSchedules) EXPECT_EQ(recovered_text(text, {0, 10, 0, "{:.6g}"}), text);
  for (const std::size_t i : {1, 3, 7}) EXPECT_EQ(recovered_text(kSchedules[i], {10, 10, 1, "{:.5e}"}), kSchedules[i]);
}

TEST(RecoverSchedule, FitsRatesOfSixDecimals) {
  for (const std::size_t i : {0, 1, 2, 3, 4, 6, 7, 11, 12})
    expect_same_rates(kSchedules[i], {0, 10, 0, "{:.6f}"}, 1e-6);
}

TEST(RecoverSchedule, FindsWhereADecayEndsAfterTheLog) {
  const std::string cosine = R"({ family = "cosine", peak_lr = 6e-4, total_steps = 5037, warmup_steps = 250 })";
  const auto points = logged(parse_schedule(cosine, "test"), {.first = 0, .every = 50, .until = 3000});
  const auto found = recover_schedule(points, {.logged = 3000, .planned = {}});
  ASSERT_TRUE(found);
  EXPECT_EQ(schedule_text(found->arguments), cosine);
}

TEST(RecoverSchedule, FindsWhatFrameworksDoDifferently) {
  for (
      const std::string text : {
          // A warm-up that counts from one.
          R"({ family = "constant", peak_lr = 0.5, total_steps = 5000, warmup_start_lr = 0.0078125, warmup_steps = 63 })",
          R"({ family = "cosine", decay_start = 64, peak_lr = 0.5, total_steps = 5000, warmup_start_lr = 0.0078125, warmup_steps = 63 })",
          // PyTorch's OneCycleLR.
          R"({ family = "cosine", decay_end = 4999, final_lr = 1e-8, peak_lr = 0.001, total_steps = 5000, warmup_shape = "cosine", warmup_start_lr = 4e-5, warmup_steps = 499 })",
          // A warm-up from the low rate.
          R"({ family = "wsd", decay_start = 4000, final_lr = 3e-5, peak_lr = 3e-4, total_steps = 5000, warmup_start_lr = 3e-5, warmup_steps = 250 })",
      })
    EXPECT_EQ(recovered_text(text, {.first = 0, .every = 25}), text);
}

TEST(RecoverSchedule, SaysWhatTheLogLeavesOpen) {
  const std::string text = R"({ family = "constant", peak_lr = 3e-4, total_steps = 5000 })";
  const auto late = recovered(text, {.first = 100, .every = 100});
  ASSERT_TRUE(late);
  EXPECT_EQ(schedule_text(late->arguments), text);
  EXPECT_EQ(late->assumptions.size(), 1u);
  EXPECT_TRUE(recovered(text, {.first = 0, .every = 100})->assumptions.empty());
}

TEST(RecoverSchedule, PrefersADecayToStairsWithAStepBetweenAnyTwoRates) {
  for (
      const std::string text :
      {R"({ family = "wsd", decay_start = 1600, peak_lr = 6e-4, total_steps = 2000, warmup_steps = 100 })",
       R"({ family = "wsd", decay_start = 1600, peak_lr = 6e-4, shape = "sqrt", total_steps = 2000, warmup_steps = 100 })"})
    for (const Logging& logging : {Logging{50, 50}, Logging{0, 50}, Logging{0, 100}})
      EXPECT_EQ(recovered_text(text, logging), text) << logging.first << " " << logging.every;
}

// Such a log has the rates that the updates use: there is none before update 0.
TEST(RecoverSchedule, TakesARowOfStepZeroForItsOwnUpdate) {
  for (
      const std::string text :
      {R"({ family = "constant", peak_lr = 6e-4, total_steps = 2000, warmup_steps = 100 })",
       R"({ family = "linear", peak_lr = 6e-4, total_steps = 2000, warmup_steps = 100 })",
       R"({ family = "two-stage", decay_start = 1000, final_lr = 6e-5, peak_lr = 6e-4, total_steps = 2000, warmup_steps = 100 })",
       R"({ family = "cosine", peak_lr = 6e-4, total_steps = 2000, warmup_steps = 100 })"})
    EXPECT_EQ(recovered_text(text, {.first = 0, .every = 100}), text);
}

// Read a step late, the rates would be those of a warm-up from another rate.
TEST(RecoverSchedule, DoesNotPassOverARowOfStepZero) {
  auto points = logged(parse_schedule(kSchedules[1], "test"), {.first = 0, .every = 10, .shift = 0});
  for (LoggedPoint& point : points) point.step += point.step > 0 ? 1 : 0;
  const RunLength length{.logged = 5000, .planned = {}};
  ASSERT_TRUE(recover_schedule(points, length));
  EXPECT_EQ(recover_schedule(points, length)->shift, 1) << "the row of step 0 was added by hand";
  points[0].value = 1e-4;
  EXPECT_FALSE(recover_schedule(points, length));
}

TEST(RecoverSchedule, SaysBetweenWhichUpdatesARateFalls) {
  const std::string text =
      R"({ family = "two-stage", decay_start = 1050, final_lr = 6e-5, peak_lr = 6e-4, total_steps = 2000 })";
  const auto found = recovered(text, {.first = 0, .every = 100});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->assumptions.size(), 1u);
  EXPECT_EQ(found->assumptions[0], "the rate falls at one of the updates 1001 to 1100, and 1100 is assumed");
}

// Runs that share a convention of their logs: the cosine tells that rates are shown a step late.
const std::string kHeld = R"({ family = "constant", peak_lr = 3e-4, total_steps = 12000, warmup_steps = 500 })";
const std::string kDropped =
    R"({ family = "two-stage", decay_start = 5000, final_lr = 9e-5, peak_lr = 3e-4, total_steps = 9000, warmup_steps = 500 })";
const std::string kDecayed =
    R"({ family = "cosine", final_lr = 3e-5, peak_lr = 3e-4, total_steps = 12000, warmup_steps = 500 })";

struct LoggedSchedule {
  std::string text;
  Logging logging;
};

std::vector<RunRecovery> recovered_together(const std::vector<LoggedSchedule>& runs) {
  std::vector<std::vector<LoggedPoint>> rates;
  std::vector<RunRates> all;
  for (const LoggedSchedule& run : runs) {
    const Schedule schedule = parse_schedule(run.text, "test");
    rates.push_back(logged(schedule, run.logging));
    all.push_back({fmt::format("run{}", all.size()), {}, {schedule.total_steps(), schedule.total_steps()}});
  }
  for (std::size_t i = 0; i < all.size(); ++i) all[i].rates = rates[i];
  return recover_schedules(all);
}

void expect_same(const RunRecovery& got, const std::string& schedule, Step shift,
                 const std::vector<std::string>& assumptions) {
  SCOPED_TRACE(schedule);
  ASSERT_TRUE(got.schedule);
  EXPECT_EQ(schedule_text(got.schedule->arguments), schedule);
  EXPECT_EQ(got.schedule->shift, shift);
  EXPECT_EQ(got.schedule->assumptions, assumptions);
}

TEST(RecoverSchedules, ReadsTheRatesOfAllRunsAlike) {
  const Logging late{.first = 500, .every = 500, .shift = 1, .format = "{:.6g}"};
  const auto found = recovered_together({{kHeld, late}, {kDropped, late}, {kDecayed, late}});
  expect_same(found[0], kHeld, 1, {});
  expect_same(found[1], kDropped, 1, {"the rate falls at one of the updates 5000 to 5499, and 5000 is assumed"});
  expect_same(found[2], kDecayed, 1,
              {"no rate before update 499 is logged: a straight warm-up from 0 to where the decay begins is assumed"});
}

// By itself, the second log would be read the other way: a fall at 5000 is likelier than one at 5500.
TEST(RecoverSchedules, BelievesTheLogThatTellsMore) {
  const std::string dropped =
      R"({ family = "two-stage", decay_start = 5500, final_lr = 9e-5, peak_lr = 3e-4, total_steps = 9000 })";
  const std::string decayed = R"({ family = "cosine", peak_lr = 3e-4, total_steps = 12000 })";
  const Logging own{.first = 500, .every = 500};
  EXPECT_EQ(recovered(dropped, own)->shift, 1);
  const auto found = recovered_together({{dropped, own}, {decayed, own}});
  EXPECT_EQ(schedule_text(found[0].schedule->arguments), dropped);
  EXPECT_EQ(found[0].schedule->shift, 0);
}

TEST(RecoverSchedules, ReadsEachByItselfWhereTheyDoNotAgree) {
  const auto found = recovered_together({{kDecayed, {500, 500}}, {kDecayed, {500, 500, 1}}});
  const std::string note = "the runs' logs do not agree on the update that a rate is of: each was read by itself";
  EXPECT_EQ(found[0].schedule->shift, 0);
  EXPECT_EQ(found[0].schedule->assumptions.at(0), note);
  EXPECT_EQ(found[1].schedule->shift, 1);
  EXPECT_EQ(found[1].schedule->assumptions.at(0), note);
}

TEST(RecoverSchedules, GivesARunOfWhichNoFamilyHasTheRatesTheShiftOfTheOthers) {
  const Logging late{.first = 500, .every = 500, .shift = 1};
  const Schedule schedule = parse_schedule(kDecayed, "test");
  auto odd = logged(schedule, late);
  odd[10].value *= 0.9;
  const auto other = logged(schedule, late);
  const RunLength length{12000, 12000};
  const std::vector<RunRates> runs = {{"odd", odd, length}, {"other", other, length}};
  const auto found = recover_schedules(runs);
  EXPECT_FALSE(found[0].schedule);
  EXPECT_EQ(found[0].shift, 1);
}

// The first rates of the runs are of update 100: only the dense log shows how the rates rise.
TEST(RecoverSchedules, TakesTheWarmUpThatOneLogShowsForThoseThatShowNone) {
  const std::string held = R"({ family = "constant", peak_lr = 6e-4, total_steps = 2000, warmup_steps = 80 })";
  const std::string dropped =
      R"({ family = "two-stage", decay_start = 1000, final_lr = 6e-5, peak_lr = 6e-4, total_steps = 2000, warmup_steps = 80 })";
  const auto found = recovered_together(
      {{held, {.first = 0, .every = 100}}, {dropped, {.first = 20, .every = 20}}, {held, {100, 100}}});
  const std::string note = "the rates leave the warm-up open: that of the run \"run1\", of 80 updates, is assumed";
  expect_same(found[0], held, 0, {note});
  expect_same(found[1], dropped, 0, {"the rate falls at one of the updates 981 to 1000, and 1000 is assumed"});
  expect_same(found[2], held, 0, {note});
}

TEST(RecoverSchedules, LeavesWarmUpsAsTheyAreWhereTheRunsHaveNoneInCommon) {
  const auto constant = [](int warmup) {
    return fmt::format(R"({{ family = "constant", peak_lr = 6e-4, total_steps = 2000, warmup_steps = {} }})", warmup);
  };
  const auto found = recovered_together({{constant(80), {20, 20}}, {constant(60), {20, 20}}, {constant(60), {0, 100}}});
  expect_same(found[0], constant(80), 0, {});
  expect_same(found[1], constant(60), 0, {});
  expect_same(found[2], constant(100), 0,
              {"the rates would allow the warm-up of another run, but no one warm-up suits all runs"});
}

// A round number of updates is likelier than one beside it, as 500 than 501.
TEST(RecoverSchedule, PrefersTheWayThatGivesRounderNumbers) {
  const auto found = recovered(kHeld, {.first = 500, .every = 500, .shift = 1, .format = "{:.6g}"});
  ASSERT_TRUE(found);
  EXPECT_EQ(schedule_text(found->arguments), kHeld);
  EXPECT_EQ(found->shift, 1);
  EXPECT_EQ(found->assumptions,
            std::vector<std::string>{
                "a rate may be that of its row's own update or of the one before: the one before is assumed"});
}

TEST(RecoverSchedule, FindsNothingWhereNoFamilyHasTheRates) {
  auto points = logged(parse_schedule(kSchedules[4], "test"), {.first = 0, .every = 10});
  EXPECT_TRUE(recover_schedule(points, {.logged = 5000, .planned = {}}));
  points[300].value *= 1.0001;
  EXPECT_FALSE(recover_schedule(points, {.logged = 5000, .planned = {}}));
}

TEST(RecoverSchedule, FindsADecayThatEndsAtARoundUpdateBetweenRatesFarApart) {
  const std::string text =
      R"({ family = "cosine", decay_end = 76000, final_lr = 3e-5, peak_lr = 3e-4, total_steps = 100000 })";
  EXPECT_EQ(recovered_text(text, {.first = 0, .every = 8000}), text);
}

std::vector<LoggedPoint> printed(const std::vector<std::pair<Step, const char*>>& rates) {
  std::vector<LoggedPoint> points;
  for (const auto& [step, text] : rates) {
    const auto number = parse_printed_number(text);
    points.push_back({step, number->value, number->unit, "log:1"});
  }
  return points;
}

// Where a decay begins and where it ends, or a warm-up and a cycle, may each be thousands of updates: far fewer pairs
// of them are tried.
TEST(RecoverSchedule, GivesUpSoonWhereRatesFarApartFitNoFamily) {
  const auto decay = printed({{0, "1e-3"},
                              {5000, "1e-3"},
                              {10000, "1e-3"},
                              {15000, "4.3e-4"},
                              {20000, "2.9e-4"},
                              {25000, "1e-4"},
                              {30000, "1e-4"}});
  const auto cycles = printed(
      {{0, "5e-4"}, {5000, "4e-4"}, {10000, "5e-4"}, {15000, "4e-4"}, {20000, "3.1e-4"}, {900'000'000, "3e-4"}});
  const std::clock_t begin = std::clock();
  for (const auto& rates : {decay, cycles})
    EXPECT_FALSE(recover_schedule(rates, {.logged = rates.back().step + 1, .planned = {}}));
  EXPECT_LT(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC, 30.0);  // it was hours
}

// A decay could begin anywhere, and its law be of any length.
TEST(RecoverSchedule, FindsNothingInARateThatStaysWhereItFell) {
  for (const auto& [fallen, last] : {std::pair{"0.6000", "0.6000"}, {"0.60000000000000009", "0.59999999999999998"}}) {
    const auto rates = printed({{0, "0.0000"},
                                {5, "0.1500"},
                                {10, "0.5000"},
                                {15, "0.7000"},
                                {20, fallen},
                                {25, fallen},
                                {30, fallen},
                                {35, last}});
    EXPECT_FALSE(recover_schedule(rates, {.logged = 36, .planned = 40})) << fallen;
  }
}

TEST(RecoverSchedule, NeedsMoreRatesThanNumbers) {
  const Schedule schedule = parse_schedule(kSchedules[4], "test");
  EXPECT_FALSE(recover_schedule(logged(schedule, {.first = 0, .every = 2500}), {.logged = 5000, .planned = {}}));
  EXPECT_FALSE(recover_schedule({}, {.logged = 5000, .planned = {}}));
}

TEST(RateContradiction, IsTheFirstRateThatTheScheduleDoesNotHave) {
  const Schedule schedule = parse_schedule(kSchedules[4], "test");
  for (const Step shift : {0, 1}) {
    auto points = logged(schedule, {.first = 10, .every = 10, .shift = shift, .format = "{:.6g}"});
    EXPECT_FALSE(rate_contradiction(schedule, points)) << shift;
    points[200].value *= 1 + 2e-5;
    const auto contradiction = rate_contradiction(schedule, points);
    ASSERT_TRUE(contradiction);
    EXPECT_EQ(contradiction->logged.step, 2010);
    EXPECT_EQ(contradiction->shift, shift);
    EXPECT_EQ(contradiction->lr, schedule.lr(2010 - shift));
  }
}

TEST(RateTolerances, AreThoseOfThePrintedDigits) {
  const auto point = [](const char* text) {
    const auto number = parse_printed_number(text);
    return LoggedPoint{0, number->value, number->unit, ""};
  };
  const std::vector<LoggedPoint> decimals = {point("0.000600"), point("0.000007")};
  for (const double tolerance : rate_tolerances(decimals, 0)) EXPECT_NEAR(tolerance, 5e-7, 1e-12);
  const std::vector<LoggedPoint> digits = {point("6e-4"), point("5.12345e-4"), point("1.53124e-06")};
  const auto tolerances = rate_tolerances(digits, 0);
  EXPECT_LT(tolerances[0], 6e-9) << "trailing zeros are left out";
  EXPECT_NEAR(tolerances[1], 5e-10, 1e-14);
  EXPECT_NEAR(tolerances[2], 5e-12, 1e-16);
}

}  // namespace
}  // namespace losscast::test
