// The race and its certificate, on candidates whose values are known.
#include "losscast/race/race.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>

#include "losscast/base/error.hpp"
#include "tests/race/populations.hpp"

namespace losscast::test {
namespace {

constexpr double kDelta = 1;
constexpr int kCandidates = 40;

RaceRules rules() {
  RaceRules rules;
  rules.delta = kDelta;
  return rules;
}

// What candidates' means may look like: by how much each is worse than the best.
struct Landscape {
  const char* name;
  double (*mean)(int candidate);
  bool has_bad;  // whether there is a candidate that is worse by more than delta
};
constexpr Landscape kLandscapes[] = {
    {"ties", [](int) { return 0.0; }, false},
    {"near_ties", [](int i) { return 0.5 * kDelta * i / kCandidates; }, false},
    {"slope", [](int i) { return 8 * kDelta * i / kCandidates; }, true},
    {"heavy_competition", [](int i) { return i == 23 ? 0.0 : 1.05 * kDelta; }, true},
};

std::vector<double> means_of(const Landscape& landscape) {
  std::vector<double> means;
  for (int i = 0; i < kCandidates; ++i) means.push_back(landscape.mean(i));
  return means;
}

struct Outcome {
  int certified = 0, bad = 0;  // bad: certified, and worse than the best by more than delta
};

// Noise of the units' own, in delta.
constexpr double kNoise = 2;

Outcome repeat(const Landscape& landscape, const RaceRules& rules, int repeats, std::int64_t fresh_units) {
  Outcome outcome;
  const std::vector<double> means = means_of(landscape);
  for (int repeat = 0; repeat < repeats; ++repeat) {
    NormalPopulation population(means, kNoise, 1000 + static_cast<std::uint64_t>(repeat));
    NormalPopulation fresh(means, kNoise, 500'000 + static_cast<std::uint64_t>(repeat));
    const RaceResult raced = race(population, rules);
    const Selection selection = certify(fresh, fresh_units, raced, rules);
    if (!selection.certified) continue;
    ++outcome.certified;
    const double lowest = *std::min_element(means.begin(), means.end());
    outcome.bad += means[static_cast<std::size_t>(selection.winner)] > lowest + kDelta ? 1 : 0;
  }
  return outcome;
}

// The most that a binomial count of chance 5% exceeds once in 30,000.
double most_bad(int repeats) { return 0.05 * repeats + 4 * std::sqrt(0.05 * 0.95 * repeats); }

class Coverage : public ::testing::TestWithParam<Landscape> {};
INSTANTIATE_TEST_SUITE_P(Landscapes, Coverage, ::testing::ValuesIn(kLandscapes),
                         [](const auto& one) { return one.param.name; });

TEST_P(Coverage, ACertifiedWinnerIsWithinDeltaOfTheBestAsOftenAsClaimed) {
  constexpr int kRepeats = 500;
  const Outcome outcome = repeat(GetParam(), rules(), kRepeats, 1024);
  EXPECT_GE(outcome.certified, kRepeats * 9 / 10);
  EXPECT_LE(outcome.bad, most_bad(kRepeats));
}

// What the same count says of choosing the lowest mean of the first round, and of a race that leaves candidates behind
// for no more than a worse mean: both fail, so that the test above can.
TEST(Coverage, IsMissedByTheLowestMeanAndByARaceWithoutIntervals) {
  constexpr int kRepeats = 200;
  const Landscape& heavy = kLandscapes[3];
  const std::vector<double> means = means_of(heavy);
  int naive = 0;
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    NormalPopulation population(means, kNoise, 1000 + static_cast<std::uint64_t>(repeat));
    RaceRules one_round = rules();
    one_round.stop.rounds = 1;
    naive += race(population, one_round).best != 23 ? 1 : 0;
  }
  EXPECT_GT(naive, most_bad(kRepeats));
  RaceRules hasty = rules();
  hasty.unit_error = -50 * kDelta;
  EXPECT_GT(repeat(heavy, hasty, kRepeats, 1024).bad, most_bad(kRepeats));
}

// Over all units there are, the winner is the best, whatever the noise.
TEST(Race, OverAllUnitsFindsTheBestItself) {
  for (const Landscape& landscape : kLandscapes) {
    NormalPopulation population(means_of(landscape), kNoise, 7, 512);
    const RaceResult raced = race(population, rules());
    const Selection selection = certify(population, 512, raced, rules());
    EXPECT_TRUE(selection.exact);
    EXPECT_TRUE(selection.certified);
    double lowest = std::numeric_limits<double>::infinity();
    for (int i = 0; i < kCandidates; ++i) lowest = std::min(lowest, population.value(i));
    EXPECT_LE(population.value(selection.winner), lowest + kDelta) << landscape.name;
    for (const Standing& one : selection.standing) EXPECT_EQ(one.standard_error, 0);
  }
}

// Half of the candidates are far off: they cost one round and no more.
TEST(Race, SpendsItsUnitsOnWhatStillMatters) {
  std::vector<double> means(1000, 0.0);
  for (std::size_t i = 0; i < means.size(); ++i) means[i] = i % 2 == 0 ? 100 : 0.002 * static_cast<double>(i);
  NormalPopulation population(means, kNoise, 3);
  const RaceResult raced = race(population, rules());
  ASSERT_GE(raced.rounds.size(), 2u);
  EXPECT_EQ(raced.rounds[0].candidates, 1000);
  EXPECT_LE(raced.rounds[1].candidates, 500);
  for (std::size_t r = 1; r < raced.rounds.size(); ++r) {
    EXPECT_EQ(raced.rounds[r].candidates, raced.rounds[r - 1].survivors);
    EXPECT_EQ(raced.rounds[r].units, 4 * raced.rounds[r - 1].units);
  }
  EXPECT_EQ(raced.end, RaceEnd::decided);
  EXPECT_LT(means[static_cast<std::size_t>(raced.best)], kDelta);
}

TEST(Race, StopsAtItsBudgetAndClaimsNoMoreThanItKnows) {
  const std::vector<double> means = means_of(kLandscapes[3]);
  constexpr double kMuch = 10 * kNoise;
  const auto stopped = [&](RaceRules some, RaceEnd end) {
    NormalPopulation population(means, kMuch, 11), fresh(means, kMuch, 12);
    const RaceResult raced = race(population, some);
    EXPECT_EQ(raced.end, end);
    EXPECT_EQ(raced.rounds.size(), 1u);
    const Selection selection = certify(fresh, 32, raced, some);
    EXPECT_FALSE(selection.certified);
    EXPECT_LT(selection.p_selection, 0.95);
    EXPECT_EQ(selection.standing.size() + 1, raced.finalists.size());
  };
  RaceRules some = rules();
  some.stop.rounds = 1;
  stopped(some, RaceEnd::rounds);
  some = rules();
  some.stop.path_steps = 4000;
  stopped(some, RaceEnd::path_steps);
  some = rules();
  some.stop.seconds = 0;
  stopped(some, RaceEnd::seconds);
}

TEST(Race, RepeatsARunThatTimeStopped) {
  RaceRules timed = rules(), counted = rules();
  timed.stop.seconds = 0;
  counted.stop.rounds = 1;
  NormalPopulation a(means_of(kLandscapes[2]), kNoise, 5), b(means_of(kLandscapes[2]), kNoise, 5);
  const RaceResult stopped = race(a, timed);
  EXPECT_EQ(stopped.end, RaceEnd::seconds);
  EXPECT_EQ(stopped.finalists, race(b, counted).finalists);
}

// Candidates that do not exist, or have lost units.
class Gaps final : public Population {
 public:
  std::int64_t candidates() const override { return 10'000; }
  std::int64_t units() const override { return 64; }
  double path_steps() const override { return 0; }
  void observe(std::span<const std::int64_t> numbers, std::int64_t first, std::int64_t count,
               std::span<float> out) override {
    std::size_t at = 0;
    for (const std::int64_t number : numbers)
      for (std::int64_t u = first; u < first + count; ++u) out[at++] = value(number, u);
  }
  bool empty = false;

 private:
  float value(std::int64_t number, std::int64_t unit) const {
    if (empty || number % 3 != 1) return std::numeric_limits<float>::quiet_NaN();
    if (number == 4 && unit == 9) return std::numeric_limits<float>::infinity();
    return static_cast<float>(number == 7 ? 1 : 5 + number);
  }
};

// A leader that is the best until it loses a unit leads no more, and is not certified.
class LosingLeader final : public Population {
 public:
  std::int64_t candidates() const override { return 20; }
  std::int64_t units() const override { return 512; }
  double path_steps() const override { return 0; }
  void observe(std::span<const std::int64_t> numbers, std::int64_t first, std::int64_t count,
               std::span<float> out) override {
    std::size_t at = 0;
    for (const std::int64_t number : numbers)
      for (std::int64_t u = first; u < first + count; ++u) {
        const float spread = 40 * static_cast<float>((number * 7 + u * 13) % 11 - 5);
        const bool is_lost = number == 4 && u >= 100;
        out[at++] =
            is_lost ? std::numeric_limits<float>::infinity() : static_cast<float>(number == 4 ? 0 : number) + spread;
      }
  }
};

TEST(Race, ReplacesALeaderThatLosesAUnit) {
  LosingLeader losing;
  const RaceResult raced = race(losing, rules());
  ASSERT_GE(raced.rounds.size(), 2u);
  const Selection selection = certify(losing, 512, raced, rules());
  EXPECT_NE(selection.winner, 4);
  EXPECT_TRUE(selection.certified);
}

TEST(Race, PassesOverWhatDoesNotExistOrIsLost) {
  Gaps gaps;
  const RaceResult raced = race(gaps, rules());
  EXPECT_EQ(raced.best, 7);
  EXPECT_EQ(raced.excluded, 10'000 - 3333);
  const Selection selection = certify(gaps, 64, raced, rules());
  EXPECT_EQ(selection.winner, 7);
  EXPECT_TRUE(selection.certified);
  gaps.empty = true;
  EXPECT_THROW(race(gaps, rules()), InputError);
}

}  // namespace
}  // namespace losscast::test
