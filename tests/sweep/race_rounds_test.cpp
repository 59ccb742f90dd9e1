// A sweep by race in parts, beside the same sweep in one piece.
#include "sweep/race_rounds.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "losscast/base/error.hpp"
#include "tests/sweep/in_parts.hpp"
#include "tests/sweep/problem.hpp"
#include "tests/sweep/same_results.hpp"

namespace losscast::test {
namespace {

struct Problem {
  SweepConfig config =
      config_of(SearchMethod::grid, {wsd_space({range("peak_lr", Axis::Kind::log, 1e-4, 6e-4, 9)}),
                                     wsd_space({range("decay_fraction", Axis::Kind::linear, 0.1, 0.9, 17)})});
  Fit fit = example_fit(64);
  SweepOptions how = options();

  Problem() {
    config.paths = 64;
    config.seed = 5;
    config.race.emplace();
    config.delta = 1e-3;
  }
  MakeRounds maker() const {
    return [this](std::optional<std::string_view> state) { return race_rounds(config, fit, how, state); };
  }
};

TEST(RaceRoundsOfASweep, ComeToTheSameHoweverTheyAreCut) {
  const Problem problem;
  const SweepResult whole = run_sweep(problem.config, problem.fit, problem.how);
  for (const std::int64_t parts : {1, 2, 7, 64}) {
    SCOPED_TRACE(parts);
    expect_same(run_in_parts(problem.maker(), parts), whole);
  }
}

TEST(RaceRoundsOfASweep, SayWhatIsOpen) {
  const Problem problem;
  const auto rounds = race_rounds(problem.config, problem.fit, problem.how, {});
  const std::optional<Round> round = rounds->open();
  ASSERT_TRUE(round);
  EXPECT_EQ(round->name, "race, round 1: 32 draws");
  EXPECT_EQ(round->items, 26);
  EXPECT_GT(round->seconds, 0);
  const RoundPart all = rounds->compute(0, 26), some = rounds->compute(3, 2);
  EXPECT_GT(all.best, 2);
  EXPECT_LE(all.best, some.best);
  EXPECT_TRUE(std::isnan(rounds->compute(0, 0).best));
}

// In all of the field's survivors, of which the number is not known beforehand, lies the doubt.
TEST(RaceRoundsOfASweep, ForetellWhatTheyLeaveOnADisk) {
  const Problem problem;
  const auto rounds = race_rounds(problem.config, problem.fit, problem.how, {});
  const Round round = *rounds->open();
  const double size = static_cast<double>(rounds->compute(0, 26).bytes.size());
  EXPECT_GT(size, 32 * 26 * 12) << "the rivals of each draw";
  EXPECT_NEAR(round.bytes.items + round.bytes.a_part, size, 8 * 26);
}

TEST(RaceRoundsOfASweep, TakeTheTimeOfTheirPartsForTheirOwn) {
  const Problem problem;
  const double rounds =
      static_cast<double>(run_sweep(problem.config, problem.fit, problem.how).certificate->search.race.rounds.size());
  const SweepResult result = run_in_parts(problem.maker(), 2, 1000);
  EXPECT_GE(result.total_seconds, 1000 * rounds);
  EXPECT_LT(result.total_seconds, 1000 * rounds + 500);
}

TEST(RaceRoundsOfASweep, RefuseBytesThatAreNone) {
  const Problem problem;
  const auto make = problem.maker();
  const std::string state = make({})->state();
  EXPECT_THROW(make(state.substr(1)), InputError);
  EXPECT_THROW(make("")->state(), InputError);
  const auto rounds = make(state);
  const std::vector<std::string> parts = computed_parts(make, state, 2);
  const std::vector<std::string_view> one = {parts[0]}, reversed = {parts[1], parts[0]},
                                      cut_off = {parts[0], std::string_view(parts[1]).substr(1)};
  for (const auto& wrong : {one, reversed, cut_off}) EXPECT_THROW(rounds->close(wrong, 1), InputError);
  EXPECT_NO_THROW(rounds->close(views(parts), 1));
}

}  // namespace
}  // namespace losscast::test
