// Class 1 coefficients on cases worked out by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/model/examples.hpp"

namespace losscast::test {
namespace {

constexpr EffectiveLr kPlain{1.0, 1.0, EffectiveLr::WeightNorm::none};
constexpr EffectiveLr kRoot{0.5, 2.0, EffectiveLr::WeightNorm::none};  // y = sqrt(eta / ref), levels y^2
constexpr EffectiveLr kNorm{1.0, 1.0, EffectiveLr::WeightNorm::adamw};

// A horizon of one step: clock time is the sum of eta / ref.
BlockTable blocks(const std::vector<double>& lrs, const EffectiveLr& effective_lr, std::vector<Step> edges,
                  double ref_lr = 1.0, double weight_decay = 0.0) {
  return make_block_table(table(lrs), effective_lr, {ref_lr, 1, weight_decay, 0}, weight_decay, std::move(edges));
}

TEST(BlockTable, OfASingleUpdate) {
  const BlockTable table = blocks({0.5}, kPlain, {0, 1}, 2.0);
  ASSERT_EQ(table.blocks.size(), 1u);
  const Block<double>& block = table.blocks[0];
  EXPECT_DOUBLE_EQ(block.clock, 0.25);  // eta / ref
  EXPECT_DOUBLE_EQ(block.level, 0.25);
  EXPECT_DOUBLE_EQ(block.level_change, 0);
  EXPECT_EQ(block.norm_gain, 0);
  EXPECT_EQ(block.norm_offset, 1);
  EXPECT_EQ(block.norm_gain_change, 0);
  EXPECT_EQ(block.norm_offset_change, 0);
}

TEST(BlockTable, PowersApplyToTheLrAndToTheLevel) {
  const BlockTable table = blocks({0.25, 0.25}, kRoot, {0, 2});
  EXPECT_DOUBLE_EQ(table.blocks[0].clock, 1.0);
  EXPECT_DOUBLE_EQ(table.blocks[0].level, 0.25);
}

// Two pieces of the clock, 1 with value 1 and 3 with value 3: average (1 + 9) / 4. With t = -1 ... -1/2 and -1/2 ... 1,
// 3/2 times the integral of value x t is 3/2 (-3/8 + 9/8).
TEST(BlockTable, LevelIsTheLeastSquaresLineOverTheClock) {
  const BlockTable table = blocks({1, 3}, kPlain, {0, 2});
  EXPECT_DOUBLE_EQ(table.blocks[0].clock, 4);
  EXPECT_DOUBLE_EQ(table.blocks[0].level, 2.5);
  EXPECT_DOUBLE_EQ(table.blocks[0].level_change, 1.125);
}

// Where the level is a line over the clock already, in many fine pieces, the line found is that line.
TEST(BlockTable, ALineIsFoundAgain) {
  std::vector<double> lrs;
  constexpr int kUpdates = 2000;
  // d eta / d tau is constant, d tau = eta ds: the LR is exponential in the updates.
  for (int s = 0; s < kUpdates; ++s) lrs.push_back(std::exp2((s + 0.5) / kUpdates));
  const BlockTable table = blocks(lrs, kPlain, {0, kUpdates});
  EXPECT_NEAR(table.blocks[0].level, 1.5, 1e-6);         // from 1 to 2
  EXPECT_NEAR(table.blocks[0].level_change, 0.5, 1e-6);  // half the rise
}

TEST(BlockTable, AJumpInsideABlockIsAveragedByTheClock) {
  const BlockTable table = blocks({2, 2, 2, 0.5}, kPlain, {0, 3, 4});
  ASSERT_EQ(table.blocks.size(), 2u);
  EXPECT_DOUBLE_EQ(table.blocks[0].level, 2);
  EXPECT_DOUBLE_EQ(table.blocks[1].level, 0.5);
  const BlockTable across = blocks({2, 2, 2, 0.5}, kPlain, {0, 4});
  EXPECT_DOUBLE_EQ(across.blocks[0].level, 12.25 / 6.5);
  EXPECT_LT(across.blocks[0].level_change, 0);
}

TEST(BlockTable, ZeroLrStopsTheClock) {
  for (const EffectiveLr& effective_lr : {kPlain, kRoot, kNorm}) {
    const BlockTable table = blocks({0, 0, 1, 0}, effective_lr, {0, 2, 4}, 1.0, 0.1);
    EXPECT_EQ(table.blocks[0].clock, 0);
    EXPECT_EQ(table.blocks[0].level, 0);
    EXPECT_EQ(table.blocks[0].level_change, 0);
    EXPECT_EQ(table.blocks[1].clock, 1);
    EXPECT_EQ(table.blocks[1].level, 1);  // an update without clock time has no weight
  }
}

const double kHalf = std::log(2.0) / 2;  // the weight decay at which an update at LR 1 halves the norm

// n' = tau + (n - tau) exp(-2 lambda eta) with exp(-2 lambda eta) = 1/2 at each update and tau = eta / ref = 1: gain 1,
// 1/2, 1/4, 1/8 and offset 0, 1/2, 3/4, 7/8 before updates 0, 1, 2 and after them.
TEST(BlockTable, NormIsTakenInTheMiddleOfTheBlock) {
  const std::vector<double> lrs = {1, 1, 1};
  const auto of_length = [&](Step length) { return blocks(lrs, kNorm, {0, length}, 1.0, kHalf).blocks[0]; };
  const Block<double> one = of_length(1), two = of_length(2), three = of_length(3);
  EXPECT_DOUBLE_EQ(one.norm_gain, 0.75);
  EXPECT_DOUBLE_EQ(one.norm_offset, 0.25);
  EXPECT_DOUBLE_EQ(two.norm_gain, 0.5);
  EXPECT_DOUBLE_EQ(two.norm_offset, 0.5);
  EXPECT_DOUBLE_EQ(three.norm_gain, 0.375);
  EXPECT_DOUBLE_EQ(three.norm_offset, 0.625);
  // Half of how much they change from the block's beginning to its end; nothing within one update.
  EXPECT_DOUBLE_EQ(one.norm_gain_change, 0);
  EXPECT_DOUBLE_EQ(one.norm_offset_change, 0);
  EXPECT_DOUBLE_EQ(two.norm_gain_change, -0.375);
  EXPECT_DOUBLE_EQ(two.norm_offset_change, 0.375);
  EXPECT_DOUBLE_EQ(three.norm_gain_change, -0.4375);
  EXPECT_DOUBLE_EQ(three.norm_offset_change, 0.4375);
}

TEST(BlockTable, NormGoesOnFromBlockToBlock) {
  const BlockTable table = blocks({1, 1, 1, 1}, kNorm, {0, 1, 3, 4}, 1.0, kHalf);
  EXPECT_DOUBLE_EQ(table.blocks[1].norm_gain, 0.25);
  EXPECT_DOUBLE_EQ(table.blocks[1].norm_offset, 0.75);
  EXPECT_DOUBLE_EQ(table.blocks[2].norm_gain, 0.09375);  // between 1/8 and 1/16
  EXPECT_DOUBLE_EQ(table.blocks[2].norm_offset, 0.90625);
}

// Two updates at LRs 1 and 3 with the clock's weights 1/4 and 3/4: ln y has the mean 3/4 ln 3 over the clock, and with
// the level as weight (1/4 and 9/4 of 10/4) 9/10 ln 3; y has the mean 5/2 and the variance 3/4.
TEST(BlockTable, TypicalLrsAreThoseOfTheClock) {
  const Block<double> block = blocks({1, 3}, kNorm, {0, 2}).blocks[0];
  EXPECT_DOUBLE_EQ(block.log_level, 0.9 * std::log(3.0));
  EXPECT_DOUBLE_EQ(block.low_lr, 2.5 - std::sqrt(0.75));
  EXPECT_DOUBLE_EQ(block.high_lr, 2.5 + std::sqrt(0.75));
  EXPECT_DOUBLE_EQ(block.low_saturation, std::pow(block.low_lr, 1.5));
  EXPECT_DOUBLE_EQ(block.high_saturation, std::pow(block.high_lr, 1.5));
}

// A batch of four times the reference's: the clock runs twice as fast, and levels are 1 / 2; a weight decay of 16 times
// its: the norm goes to 1 / 16^norm_decay, the saturation is that of 16^saturation_decay times the LR.
TEST(BlockTable, WeightDecayAndBatchScaleClockLevelsNormAndSaturation) {
  constexpr EffectiveLr kScaled{1.0, 1.0, EffectiveLr::WeightNorm::adamw, 0.5, 0.5, 0.5, 0.75, 0.25, 0.01};
  const Reference reference{1, 1, kHalf / 16, 1000};
  const Recipe recipe{table({1, 1}), kHalf, 4000.0};
  const auto table = make_block_table(recipe, kScaled, reference, 0, {0, 1, 2});
  EXPECT_DOUBLE_EQ(table.blocks[1].clock, 2);
  EXPECT_DOUBLE_EQ(table.blocks[1].level, 0.5);
  EXPECT_DOUBLE_EQ(table.blocks[1].low_saturation, std::pow(2.0, 1.5));
  EXPECT_DOUBLE_EQ(table.blocks[1].norm_gain, 0.375);
  EXPECT_DOUBLE_EQ(table.blocks[1].norm_offset, 0.625 / 8);
  EXPECT_DOUBLE_EQ(table.blocks[1].bias, 0.01 * 256);
}

TEST(BlockTable, TheBatchCountsForNothingWhereTheReferencesIsUnknown) {
  const Recipe recipe{table({1, 1}), {}, 4000.0};
  const auto table = make_block_table(recipe, kNorm, {1, 1, 0.1, 0}, 0.1, {0, 2});
  EXPECT_DOUBLE_EQ(table.blocks[0].clock, 2);
  EXPECT_DOUBLE_EQ(table.blocks[0].level, 1);
}

// The updates of the blocks are those between the edges, in order, whatever the edges: clock times add up.
TEST(BlockTable, AnyEdgesCoverTheSameClock) {
  const Schedule schedule = cosine(1000);
  const SdeModel& model = find_model("power");
  double all = 0;
  for (const auto& block : blocks_of(model, schedule, 1).blocks) all += block.clock;
  for (const Step m : {2, 3, 64, 1000}) {
    double sum = 0;
    for (const auto& block : blocks_of(model, schedule, m).blocks) sum += block.clock;
    EXPECT_NEAR(sum, all, 1e-12 * all) << m;
  }
}

TEST(BlockTable, MayStopBeforeTheScheduleDoes) {
  const BlockTable table = blocks({1, 2, 3, 4}, kPlain, {0, 2, 3});
  ASSERT_EQ(table.blocks.size(), 2u);
  EXPECT_DOUBLE_EQ(table.blocks[1].clock, 3);
}

}  // namespace
}  // namespace losscast::test
