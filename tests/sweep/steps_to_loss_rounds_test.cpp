// The fewest steps to a loss in parts, and within so many seconds.
#include "sweep/steps_to_loss_rounds.hpp"

#include <gtest/gtest.h>

#include "losscast/base/error.hpp"
#include "tests/sweep/in_parts.hpp"
#include "tests/sweep/problem.hpp"
#include "tests/sweep/same_results.hpp"

namespace losscast::test {
namespace {

struct Problem {
  SweepConfig config = open_race_config();
  Fit fit = example_fit(64);
  SweepOptions how = options();

  // A loss that takes some 1500 steps.
  explicit Problem(std::optional<double> seconds = {}) {
    config.space.horizons = {400, 8000};
    config.race->target_loss = loss_after(1500);
    how.goal.stop.seconds = seconds;
  }
  double loss_after(Step steps) const {
    SweepConfig closed = config;
    closed.race->target_loss.reset();
    closed.space.horizons = {steps};
    return run_sweep(closed, fit, how).certificate->search.horizons[0].mean;
  }
  MakeRounds maker() const {
    return [this](std::optional<std::string_view> state) { return steps_to_loss_rounds(config, fit, how, state); };
  }
};

TEST(StepsToLossRounds, ForetellWhatTheyLeaveOnADisk) {
  const Problem problem;
  const auto rounds = problem.maker()({});
  const Round round = *rounds->open();
  const double size = static_cast<double>(rounds->compute(0, round.items).bytes.size());
  EXPECT_NEAR(round.bytes.items + round.bytes.a_part, size, 8.0 * static_cast<double>(round.items));
}

TEST(StepsToLossRounds, ComeToTheSameHoweverTheyAreCut) {
  const Problem problem;
  const SweepResult whole = run_sweep(problem.config, problem.fit, problem.how);
  EXPECT_GE(whole.certificate->steps_to_loss->probes.size(), 4u);
  for (const std::int64_t parts : {1, 2, 7, 64}) {
    SCOPED_TRACE(parts);
    expect_same(run_in_parts(problem.maker(), parts), whole);
  }
}

TEST(StepsToLossRounds, SayWhatIsOpen) {
  const Problem problem;
  const auto rounds = problem.maker()({});
  ASSERT_TRUE(rounds->open());
  EXPECT_EQ(rounds->open()->name, "race 1 for 400 steps, round 1: 32 draws");
  EXPECT_EQ(rounds->open()->items, 20);
}

StepsToLoss steps_within(double limit, double seconds_of_round) {
  const Problem problem(limit);
  return *run_in_parts(problem.maker(), 1, seconds_of_round).certificate->steps_to_loss;
}

// However short the time, both ends are tried.
TEST(StepsToLossRounds, TryBothEndsInAnyTime) {
  const StepsToLoss found = steps_within(10, 100);
  EXPECT_TRUE(found.is_stopped);
  ASSERT_EQ(found.probes.size(), 2u);
  EXPECT_EQ(found.probes[0].steps, 400);
  EXPECT_EQ(found.probes[1].steps, 8000);
  EXPECT_EQ(found.steps, 8000);
  EXPECT_EQ(found.above, 400);
}

// The longer the time, the closer the two lengths between which the answer lies.
TEST(StepsToLossRounds, NarrowWhatIsLeftOpenWithTime) {
  double before = 21;
  std::size_t probes = 2;
  for (const double limit : {10.0, 400.0, 700.0}) {
    const StepsToLoss found = steps_within(limit, 100);
    EXPECT_TRUE(found.is_stopped) << limit;
    EXPECT_LE(found.above.value(), 1500) << limit;
    EXPECT_GE(found.steps, 1500 - 2) << limit;
    const double ratio = static_cast<double>(found.steps) / static_cast<double>(*found.above);
    EXPECT_LT(ratio, before) << limit;
    EXPECT_GE(found.probes.size(), probes) << limit;
    before = ratio;
    probes = found.probes.size();
  }
  const StepsToLoss whole = steps_within(1e9, 100);
  EXPECT_FALSE(whole.is_stopped);
  EXPECT_GT(whole.probes.size(), probes);
  EXPECT_LE(static_cast<double>(whole.steps), 1.005 * static_cast<double>(whole.above.value()) + 1);
}

TEST(StepsToLossRounds, RefuseOtherBudgetsAndBytesThatAreNone) {
  Problem problem;
  const auto make = problem.maker();
  const std::string state = make({})->state();
  EXPECT_THROW(make(state.substr(1)), InputError);
  const std::vector<std::string> parts = computed_parts(make, state, 1);
  const std::string of_other_steps = std::string(parts[0]).replace(0, 1, "x");
  const std::string_view wrong = of_other_steps;
  EXPECT_THROW(make(state)->close({&wrong, 1}, 1), InputError);
  problem.how.goal.stop.rounds = 2;
  EXPECT_THROW(make({}), InputError);
  problem.how.goal.stop = {};
  problem.how.goal.stop.path_steps = 1'000'000;
  EXPECT_THROW(make({}), InputError);
}

}  // namespace
}  // namespace losscast::test
