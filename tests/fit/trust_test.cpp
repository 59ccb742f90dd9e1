// The rules by which a fit is trusted, on both sides of their borders.
#include "losscast/fit/trust.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace losscast::test {
namespace {

GroupingResult result(Grouping grouping, std::size_t in_band, std::size_t runs) {
  GroupingResult out{grouping, {}, {}};
  out.score.folds = out.score.runs = runs;
  out.score.in_band = in_band;
  out.score.end_error = 3e-3;
  out.score.band_scale = 1.5;
  return out;
}

GroupingResult with_choice(std::size_t recipes, double regret, double blind_regret) {
  GroupingResult out = result(Grouping::peak, 9, 10);
  out.score.choices.push_back({"all, 1000 steps", recipes, "a", "b", regret, blind_regret, {}, {}});
  return out;
}

bool holds(const GroupingResult& one) { return judge_trust({{one}, {}, 1}).groupings.front().bands_hold; }
bool picks(const GroupingResult& one) { return judge_trust({{one}, {}, 1}).groupings.front().picks_well; }

TEST(Trust, KnowsHowUnlikelyFewAre) {
  EXPECT_NEAR(probability_of_so_few(0, 1), 0.1, 1e-12);
  EXPECT_NEAR(probability_of_so_few(3, 5), 1 - std::pow(0.9, 5) - 5 * std::pow(0.9, 4) * 0.1, 1e-12);
  EXPECT_NEAR(probability_of_so_few(5, 5), 1, 1e-12);
}

// 1 of 2 (19%) and 3 of 5 (8%) may be chance; 1 of 3 (2.8%) and 6 of 10 (1.3%) are not. 7 of 10 is not too few.
TEST(Trust, DoubtsBandsOnlyWithEnoughRuns) {
  EXPECT_TRUE(holds(result(Grouping::curve, 1, 2)));
  EXPECT_TRUE(holds(result(Grouping::curve, 3, 5)));
  EXPECT_TRUE(holds(result(Grouping::curve, 7, 10)));
  EXPECT_TRUE(holds(result(Grouping::curve, 70, 100)));
  EXPECT_FALSE(holds(result(Grouping::curve, 1, 3)));
  EXPECT_FALSE(holds(result(Grouping::curve, 6, 10)));
  EXPECT_FALSE(holds(result(Grouping::curve, 69, 100)));
}

// Where one group of several is far off, most bands may hold.
TEST(Trust, DoubtsBandsThatMissByFar) {
  GroupingResult one = result(Grouping::family, 8, 10);
  one.score.band_scale = 2;
  EXPECT_TRUE(holds(one));
  one.score.band_scale = 2.1;
  EXPECT_FALSE(holds(one));
}

TEST(Trust, DoubtsPicksThatAreHardlyBetterThanBlindOnes) {
  EXPECT_TRUE(picks(result(Grouping::peak, 9, 10))) << "there was no choice";
  EXPECT_TRUE(picks(with_choice(3, 9e-3, 20e-3)));
  EXPECT_FALSE(picks(with_choice(3, 11e-3, 20e-3)));
  EXPECT_TRUE(picks(with_choice(2, 11e-3, 12e-3))) << "two recipes say nothing";
  EXPECT_TRUE(picks(with_choice(3, 0.9e-3, 1e-3))) << "runs of one recipe differ by as much";
}

TEST(Trust, SaysForWhat) {
  GroupingResult peak = with_choice(3, 11e-3, 12e-3);
  peak.score.end_error = 9e-3;
  const Trust part = judge_trust({{result(Grouping::curve, 9, 10), result(Grouping::family, 5, 10), peak}, {}, 1});
  EXPECT_FALSE(part.trusted);
  EXPECT_EQ(part.sentence,
            "Trust it only in part: it forecasts a new recipe to 0.003 nats, a new family to 0.003 nats (its bands are "
            "1.5 times too narrow), a new peak to 0.009 nats (do not rank across peaks).");
  const Trust whole = judge_trust({{result(Grouping::horizon, 9, 10)}, {}, 1});
  EXPECT_TRUE(whole.trusted);
  EXPECT_EQ(whole.sentence, "Trust it: it forecasts a new horizon to 0.003 nats.");
  EXPECT_EQ(judge_trust({{peak}, {}, 1}).sentence.substr(0, 16), "Do not trust it:");
}

}  // namespace
}  // namespace losscast::test
