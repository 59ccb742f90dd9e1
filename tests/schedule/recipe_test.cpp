// Quantities of each update that are a number or stairs.
#include "losscast/schedule/recipe.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tests/format/expect_error.hpp"
#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {

using Steps = std::vector<Step>;
using Numbers = std::vector<double>;

TEST(StepValues, ANumberHoldsThroughout) {
  const StepValues values = 0.1;
  EXPECT_TRUE(values.is_constant());
  EXPECT_TRUE(values.changes().empty());
  Numbers filled(3);
  values.fill(1'000'000, filled);
  EXPECT_EQ(filled, (Numbers{0.1, 0.1, 0.1}));
  EXPECT_EQ(values.at(0), 0.1);
}

TEST(StepValues, StairsHoldFromTheirStepsOn) {
  const Steps steps = {0, 3, 7};
  const Numbers numbers = {0.1, 0.0, 0.3};
  const StepValues values(steps, numbers);
  EXPECT_FALSE(values.is_constant());
  EXPECT_EQ(values.changes(), (Steps{3, 7}));
  const auto by_hand = [](Step s) { return s < 3 ? 0.1 : s < 7 ? 0.0 : 0.3; };
  for (Step s = 0; s < 12; ++s) EXPECT_EQ(values.at(s), by_hand(s)) << s;
  for (Step first = 0; first < 12; ++first)
    for (std::size_t count : {0, 1, 2, 5, 12}) {
      Numbers filled(count, -1);
      values.fill(first, filled);
      for (std::size_t i = 0; i < count; ++i)
        EXPECT_EQ(filled[i], by_hand(first + static_cast<Step>(i))) << first << " " << i;
    }
}

TEST(StepValues, EqualNeighboursAreOneValue) {
  EXPECT_EQ(StepValues(Steps{0, 5}, Numbers{0.1, 0.1}), StepValues(0.1));
  EXPECT_EQ(StepValues(Steps{0, 5, 9}, Numbers{0.1, 0.2, 0.2}), StepValues(Steps{0, 5}, Numbers{0.1, 0.2}));
  EXPECT_EQ(StepValues(Steps{0}, Numbers{0.1}), StepValues(0.1));
  EXPECT_NE(StepValues(Steps{0, 5}, Numbers{0.1, 0.2}), StepValues(0.1));
  EXPECT_NE(StepValues(Steps{0, 5}, Numbers{0.1, 0.2}), StepValues(Steps{0, 6}, Numbers{0.1, 0.2}));
  EXPECT_NE(StepValues(0.1), StepValues(0.2));
}

TEST(StepValues, RefuseWhatAreNoStairs) {
  const auto refused = [](const Steps& steps, const Numbers& numbers, const std::string& part) {
    expect_error(ExitCode::usage_or_input, {part}, [&] { StepValues(steps, numbers); });
  };
  EXPECT_NO_THROW(StepValues(Steps{0, 5}, Numbers{1, 2}));
  refused({}, {}, "for 0 steps there are 0 values");
  refused({0, 5}, {1}, "for 2 steps there is 1 value");
  refused({1, 5}, {1, 2}, "begin with 1");
  refused({0, 5, 5}, {1, 2, 3}, "5 after 5");
  refused({0, 5}, {1, std::numeric_limits<double>::infinity()}, "not finite");
}

TEST(Recipe, IsMadeOfAScheduleAlone) {
  const Schedule lr = make({{"family", "constant"}, {"peak_lr", 3e-4}, {"total_steps", 100.0}});
  const Recipe recipe = lr;
  EXPECT_EQ(recipe.total_steps(), 100);
  EXPECT_EQ(recipe.peak_lr(), 3e-4);
  EXPECT_FALSE(recipe.weight_decay);
  EXPECT_FALSE(recipe.batch);
  EXPECT_EQ(weight_decay_of(recipe, 0.1), StepValues(0.1));
  EXPECT_EQ(weight_decay_of({lr, 0.2}, 0.1), StepValues(0.2));
}

TEST(Recipe, HasTheBreakpointsOfScheduleAndWeightDecay) {
  const Schedule lr = make({{"family", "linear"}, {"peak_lr", 3e-4}, {"warmup_steps", 10.0}, {"total_steps", 100.0}});
  EXPECT_EQ(breakpoints(Recipe(lr)), breakpoints(lr));
  EXPECT_EQ(breakpoints(Recipe(lr, 0.1)), breakpoints(lr));
  const StepValues decay(Steps{0, 5, 10, 70, 100}, Numbers{0.1, 0.2, 0.3, 0.4, 0.5});
  EXPECT_EQ(breakpoints(Recipe(lr, decay)), (Steps{0, 5, 10, 70, 100}));
}

}  // namespace
}  // namespace losscast::test
