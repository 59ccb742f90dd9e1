// The arguments weight_decay and batch, which every family takes.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {

using Phases = std::vector<Arguments>;

const Values kRun = {{"family", "linear"}, {"peak_lr", 3e-4}, {"warmup_steps", 10.0}, {"total_steps", 100.0}};

StepValues stairs(const std::vector<Step>& steps, const std::vector<double>& values) { return {steps, values}; }

Recipe make_with(const Values& changes, const Values& values = kRun) { return make_recipe({with(values, changes)}); }

TEST(Series, AreNotThereUnlessTheyAreGiven) {
  const Recipe recipe = make_with({});
  EXPECT_FALSE(recipe.weight_decay);
  EXPECT_FALSE(recipe.batch);
}

TEST(Series, AreNumbersOrStairs) {
  const Recipe recipe =
      make_with({{"weight_decay", 0.05}, {"batch", Stairs{{0, 40, 99}, {262'144, 524'288, 1'048'576}}}});
  EXPECT_EQ(recipe.weight_decay, StepValues(0.05));
  EXPECT_EQ(recipe.batch, stairs({0, 40, 99}, {262'144, 524'288, 1'048'576}));
  const Schedule alone = make(kRun);
  for (Step s = 0; s < 100; ++s) EXPECT_EQ(recipe.schedule.lr(s), alone.lr(s)) << "the LR is not touched, step " << s;
}

TEST(Series, StairsOfOneValueAreThatNumber) {
  EXPECT_EQ(make_with({{"weight_decay", Stairs{{0}, {0.05}}}}).weight_decay, StepValues(0.05));
}

TEST(Series, EveryFamilyTakesThem) {
  for (const Family& family : families())
    for (const char* name : {"weight_decay", "batch"})
      EXPECT_TRUE(std::any_of(family.arguments.begin(), family.arguments.end(),
                              [&](const FamilyArgument& argument) { return argument.name == name; }))
          << family.name << " " << name;
}

TEST(Series, RefuseBadNumbers) {
  EXPECT_NO_THROW(make_with({{"weight_decay", 0.0}, {"batch", 0.5}}));
  expect_refused(with(kRun, {{"weight_decay", -0.1}}), "weight_decay", "negative");
  expect_refused(with(kRun, {{"weight_decay", std::numeric_limits<double>::quiet_NaN()}}), "weight_decay",
                 "not finite");
  expect_refused(with(kRun, {{"weight_decay", "much"}}), "weight_decay", "should be a number such as 0.1, or {");
  expect_refused(with(kRun, {{"batch", 0.0}}), "batch", "not above 0");
  expect_refused(with(kRun, {{"batch", std::vector<double>{1, 2}}}), "batch", "is a list of numbers");
  expect_refused(with(kRun, {{"peak_lr", Stairs{{0}, {1}}}}), "peak_lr", "is stairs");
}

TEST(Series, RefuseBadStairs) {
  const auto refused = [](const Stairs& bad, const std::string& key, const std::string& part) {
    SCOPED_TRACE(part);
    expect_refused(with(kRun, {{"weight_decay", bad}}), "weight_decay." + key, "weight_decay." + key + part);
  };
  EXPECT_NO_THROW(make_with({{"weight_decay", Stairs{{0, 50}, {0.1, 0}}}}));
  refused({{}, {}}, "steps", " is empty");
  refused({{0, 50}, {0.1}}, "values", " has 1 numbers for 2 steps");
  refused({{0}, {0.1, 0}}, "values", " has 2 numbers for 1 steps");
  refused({{1, 50}, {0.1, 0}}, "steps", " begins with 1");
  refused({{0, 50, 50}, {0.1, 0, 1}}, "steps", " contains 50 after 50");
  refused({{0, 50.5}, {0.1, 0}}, "steps", " contains 50.5");
  refused({{0, -1}, {0.1, 0}}, "steps", " contains -1");
  refused({{0, std::numeric_limits<double>::quiet_NaN()}, {0.1, 0}}, "steps", " contains nan");
  refused({{0, 100}, {0.1, 0}}, "steps", " contains 100");
  refused({{0, 50}, {0.1, -0.1}}, "values", " = -0.1 is negative");
  refused({{0, 50}, {0.1, std::numeric_limits<double>::infinity()}}, "values", " = inf is not finite");
  expect_refused(with(kRun, {{"batch", Stairs{{0, 50}, {1, 0}}}}), "batch.values", "not above 0");
}

TEST(Series, AreNoPartOfASchedule) {
  EXPECT_NO_THROW(make_schedule({kRun}));
  for (const char* name : {"weight_decay", "batch"})
    EXPECT_THROW(make_schedule({with(kRun, {{name, 1.0}})}), ArgumentError) << "nothing is ignored silently: " << name;
}

Values phases(const Values& first, const Values& second) {
  return {{"family", "phases"}, {"phases", Phases{{with(kRun, first)}, {with(kRun, second)}}}};
}

TEST(SeriesOfPhases, AreJoinedAlongTheRun) {
  const Recipe recipe = make_with({}, phases({{"weight_decay", Stairs{{0, 50}, {0.1, 0.2}}}, {"batch", 1e5}},
                                             {{"weight_decay", Stairs{{0, 20}, {0.2, 0}}}, {"batch", 1e5}}));
  EXPECT_EQ(recipe.weight_decay, stairs({0, 50, 120}, {0.1, 0.2, 0}));
  EXPECT_EQ(recipe.batch, StepValues(1e5));
}

TEST(SeriesOfPhases, MayBeNested) {
  const Values inner = phases({{"batch", 1e5}}, {{"batch", 2e5}});
  const Recipe recipe =
      make_recipe({{{"family", "phases"}, {"phases", Phases{{with(kRun, {{"batch", 3e5}})}, {inner}}}}});
  EXPECT_EQ(recipe.batch, stairs({0, 100, 200}, {3e5, 1e5, 2e5}));
}

TEST(SeriesOfPhases, MayBeThoseOfTheWhole) {
  const Recipe recipe = make_with({{"weight_decay", Stairs{{0, 150}, {0.1, 0}}}}, phases({}, {}));
  EXPECT_EQ(recipe.weight_decay, stairs({0, 150}, {0.1, 0}));
  expect_refused(with(phases({}, {}), {{"weight_decay", Stairs{{0, 200}, {0.1, 0}}}}), "weight_decay.steps",
                 "contains 200");
}

TEST(SeriesOfPhases, AreRefusedWhereTheyAreUnknownOrSaidTwice) {
  const Values decay = {{"weight_decay", 0.1}};
  EXPECT_NO_THROW(make_with({}, phases(decay, decay)));
  expect_refused(phases(decay, {}), "phases[1].weight_decay", "phase 2: weight_decay is missing");
  expect_refused(phases({}, decay), "phases[0].weight_decay", "phase 1: weight_decay is missing");
  expect_refused(with(phases(decay, decay), decay), "weight_decay", "beside that of the phases");
  expect_refused(phases({{"weight_decay", Stairs{{0, 100}, {0.1, 0}}}}, decay), "phases[0].weight_decay.steps",
                 "phase 1: weight_decay.steps contains 100");
}

}  // namespace
}  // namespace losscast::test
