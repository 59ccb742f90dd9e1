// A run that continues another.
#include "losscast/schedule/continuation.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "losscast/schedule/warmup.hpp"
#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {

const Values kFirst = {
    {"family", "wsd"}, {"peak_lr", 3e-4}, {"warmup_steps", 10.0}, {"decay_fraction", 0.2}, {"total_steps", 100.0}};
const Values kNext = {
    {"family", "cosine"}, {"peak_lr", 1e-4}, {"warmup_steps", 5.0}, {"final_lr", 0.0}, {"total_steps", 50.0}};

Arguments phases(const std::vector<Arguments>& list) { return {{{"family", std::string("phases")}, {"phases", list}}}; }

TEST(Continuation, MakesTheFirstUpdatesOfTheOneAndAllOfTheOther) {
  const Schedule first = make(kFirst), next = make(kNext);
  for (const Step at : {Step{1}, Step{7}, Step{85}, Step{100}}) {
    const Recipe whole = continued_recipe(first, at, next);
    ASSERT_EQ(whole.total_steps(), at + 50);
    for (Step s = 0; s < at; ++s) EXPECT_EQ(whole.schedule.lr(s), first.lr(s)) << s;
    for (Step s = 0; s < 50; ++s) EXPECT_EQ(whole.schedule.lr(at + s), next.lr(s)) << s;
  }
}

TEST(Continuation, CutsATable) {
  std::vector<double> rates;
  for (int i = 0; i < 20; ++i) rates.push_back(1e-4 * (i + 1));
  Segment table{.begin = 0, .end = 20, .shape = Shape::table};
  table.table = std::make_shared<const std::vector<double>>(rates);
  const Recipe whole = continued_recipe(Schedule({table}), 12, make(kNext));
  EXPECT_EQ(whole.schedule.lr(11), rates[11]);
  EXPECT_EQ(whole.schedule.lr(17), make(kNext).lr(5));
}

TEST(Continuation, HasTheWarmUpOfTheFirstUnlessThatWasCutOff) {
  EXPECT_EQ(warmup_end(continued_recipe(make(kFirst), 100, make(kNext)).schedule), 10);
  EXPECT_EQ(warmup_end(continued_recipe(make(kFirst), 3, make(kNext)).schedule), 8);
}

TEST(Continuation, JoinsStairs) {
  Recipe first = make(kFirst), next = make(kNext);
  first.weight_decay = StepValues(std::vector<Step>{0, 40, 90}, std::vector{0.1, 0.2, 0.3});
  next.weight_decay = StepValues(std::vector<Step>{0, 20}, std::vector{0.2, 0.0});
  first.batch = next.batch = StepValues(64.0);
  const Recipe whole = continued_recipe(first, 80, next);
  EXPECT_EQ(whole.weight_decay, StepValues(std::vector<Step>{0, 40, 100}, std::vector{0.1, 0.2, 0.0}));
  EXPECT_EQ(whole.batch, StepValues(64.0));
  EXPECT_FALSE(continued_recipe(make(kFirst), 80, make(kNext)).weight_decay);
}

TEST(PhaseStarts, AreThoseOfAllPhasesButTheFirst) {
  const Arguments first{kFirst}, next{kNext};
  EXPECT_TRUE(phase_starts(first).empty());
  EXPECT_EQ(phase_starts(phases({first, next, next})), (std::vector<Step>{100, 150}));
  EXPECT_EQ(phase_starts(phases({phases({first, next}), phases({next, next})})), (std::vector<Step>{100, 150, 200}));
}

}  // namespace
}  // namespace losscast::test
