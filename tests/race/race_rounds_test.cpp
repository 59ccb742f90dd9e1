// A race in parts, on candidates whose values are known.
#include "losscast/race/race_rounds.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "losscast/base/error.hpp"
#include "race/packed_search.hpp"
#include "tests/race/parts.hpp"
#include "tests/race/populations.hpp"
#include "tests/race/same_search.hpp"

namespace losscast::test {
namespace {

std::vector<double> means() {
  std::vector<double> means(9000, 0.0);
  for (std::size_t i = 0; i < means.size(); ++i) means[i] = i % 3 == 0 ? 100 : 0.002 * static_cast<double>(i);
  return means;
}

NormalPopulation population() { return {means(), 2, 3}; }

RaceRules rules() {
  RaceRules rules;
  rules.delta = 1;
  return rules;
}

// Each part, and each end of a round, by a race of its own, which knows nothing but bytes.
RaceResult race_in_parts(std::int64_t parts) {
  NormalPopulation of_race = population();
  std::string state = packed(RaceRounds(of_race, rules()).state());
  RaceObserver nobody;
  for (;;) {
    NormalPopulation of_round = population();
    RaceRounds race(of_round, rules(), unpacked<RaceState>(state));
    if (race.is_over()) return race.result();
    const auto computed = in_parts(race.field_size(), parts, [&](std::int64_t first, std::int64_t count) {
      NormalPopulation of_part = population();
      RaceRounds elsewhere(of_part, rules(), unpacked<RaceState>(state));
      return unpacked<RacePart>(packed(elsewhere.compare(first, count, nobody)));
    });
    race.close(computed, 1);
    state = packed(race.state());
  }
}

TEST(RaceRounds, ComeToTheSameHoweverTheyAreCut) {
  NormalPopulation whole = population();
  const RaceResult expected = race(whole, rules());
  ASSERT_GE(expected.rounds.size(), 2u);
  for (const std::int64_t parts : {1, 2, 7, 64}) {
    SCOPED_TRACE(parts);
    expect_same(race_in_parts(parts), expected);
  }
}

TEST(RaceRounds, SayHowLongTheOpenOneWillTake) {
  NormalPopulation of_race = population();
  RaceRounds race(of_race, rules());
  EXPECT_GT(race.seconds_ahead(), 0);
  RaceObserver nobody;
  const RacePart all = race.compare(0, race.field_size(), nobody);
  race.close({&all, 1}, 100);
  const RaceRound& before = race.state().rounds.front();
  EXPECT_DOUBLE_EQ(race.seconds_ahead(), 100.0 * 4 * static_cast<double>(before.survivors) / 9000);
}

TEST(RaceRounds, KnowTheLowestLossOfAPart) {
  const std::vector<double> values = {3, 1, 2, 5};
  NormalPopulation of_race(values, 0, 1, 64);
  RaceRounds race(of_race, rules());
  RaceObserver nobody;
  double mean = 0;  // of what is common to all candidates
  for (const float unit : race.state().leader_units) mean += static_cast<double>(unit) / 32;
  const double common = mean - 1;
  EXPECT_NEAR(race.lowest_loss(race.compare(0, 4, nobody)), common + 1, 1e-5);
  EXPECT_NEAR(race.lowest_loss(race.compare(2, 2, nobody)), common + 2, 1e-5);
  EXPECT_FALSE(std::isfinite(race.lowest_loss(race.compare(2, 0, nobody))));
}

// A race after its first round, and the parts of its second.
struct SecondRound {
  NormalPopulation of_race = population();
  RaceRounds race{of_race, rules()};
  RacePart of_first, low, high;

  SecondRound() {
    RaceObserver nobody;
    of_first = race.compare(0, race.field_size(), nobody);
    race.close({&of_first, 1}, 1);
    const std::int64_t half = race.field_size() / 2;
    low = race.compare(0, half, nobody);
    high = race.compare(half, race.field_size() - half, nobody);
  }
};

TEST(RaceRounds, RefuseWhatIsNoPartOfTheOpenOne) {
  SecondRound second;
  ASSERT_FALSE(second.race.is_over());
  const auto refused = [&](const std::vector<RacePart>& parts) {
    EXPECT_THROW(second.race.close(parts, 1), InputError);
    EXPECT_EQ(second.race.state().rounds.size(), 1u);
  };
  refused({});
  refused({second.low});
  refused({second.high});
  refused({second.high, second.low});
  refused({second.low, second.low});
  refused({second.low, second.high, second.high});
  refused({second.of_first});
  RacePart foreign = second.high;
  foreign.survivors.insert(foreign.survivors.begin(), second.low.survivors.front());
  refused({second.low, foreign});
  foreign = second.high;
  foreign.lowest_number = 0;  // which the first round left behind
  refused({second.low, foreign});
  second.race.close(std::vector<RacePart>{second.low, second.high}, 1);
  EXPECT_EQ(second.race.state().rounds.size(), 2u);
}

TEST(RaceRounds, RefuseAStateThatIsNone) {
  const SecondRound second;
  const auto refused = [&](const std::function<void(RaceState&)>& damage) {
    RaceState state = second.race.state();
    damage(state);
    NormalPopulation again = population();
    EXPECT_THROW(RaceRounds(again, rules(), state), InputError);
  };
  refused([](RaceState& state) { state.field.reset(); });
  refused([](RaceState& state) { state.field->clear(); });
  refused([](RaceState& state) { std::swap(state.field->front(), state.field->back()); });
  refused([](RaceState& state) { state.field->back() = 9000; });
  refused([](RaceState& state) { state.best = -1; });
  refused([](RaceState& state) { state.leaders.clear(); });
  refused([](RaceState& state) { state.leader_units.pop_back(); });
  refused([](RaceState& state) { state.round.units = 0; });
  refused([](RaceState& state) { state.end = static_cast<RaceEnd>(9); });
  NormalPopulation again = population();
  EXPECT_NO_THROW(RaceRounds(again, rules(), second.race.state()));
}

}  // namespace
}  // namespace losscast::test
