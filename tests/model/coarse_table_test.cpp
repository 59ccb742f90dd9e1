// Few blocks against the sums over every update.
#include <gtest/gtest.h>

#include "losscast/schedule/families.hpp"
#include "tests/model/examples.hpp"

namespace losscast::test {
namespace {

BlockTable coarse_of(const SdeModel& model, const Schedule& schedule, int blocks_per_segment) {
  return make_coarse_table(schedule, model.effective_lr(), kReference, kWeightDecay, blocks_per_segment);
}

double final_law(const SdeModel& model, const BlockTable& table) {
  const int last[] = {static_cast<int>(table.blocks.size())};
  std::vector<double> value(1), jacobian(model.parameters().size());
  model.skeleton(table, example_parameters(model), last, value, jacobian);
  return value[0];
}

Schedule schedule_of(Arguments arguments) {
  arguments.values.merge(
      std::map<std::string, Value>{{"peak_lr", 3e-4}, {"warmup_steps", 700.0}, {"total_steps", 12000.0}});
  return make_schedule(arguments);
}

std::vector<Schedule> schedules() {
  return {schedule_of({{{"family", "constant"}}}),
          schedule_of({{{"family", "cosine"}, {"final_lr_ratio", 0.1}}}),
          schedule_of({{{"family", "linear"}}}),
          schedule_of({{{"family", "inverse-sqrt"}}}),
          schedule_of({{{"family", "wsd"}, {"shape", "sqrt"}, {"decay_fraction", 0.3}}}),
          schedule_of({{{"family", "wsd"}, {"shape", "cosine"}, {"decay_fraction", 0.3}, {"warmup_shape", "cosine"}}}),
          schedule_of({{{"family", "wsd"}, {"shape", "power"}, {"exponent", 0.6}, {"decay_fraction", 0.3}}}),
          schedule_of({{{"family", "wsd"}, {"shape", "exponential"}, {"decay_fraction", 0.3}, {"final_lr", 1e-5}}})};
}

// Where the LR moves along a line, quadratures are exact. Halfway through an odd number of updates the sums take half
// of the middle one, the quadratures all until then: that differs by an eighth of what the update adds more than the
// one before, below 3.4e-7 in this warm-up of 45 updates, the last of which add 6e-5.
TEST(CoarseTable, IsExactWhereALineSuffices) {
  const SdeModel& model = find_model("adamw");
  for (const Schedule& schedule : {constant(500), two_stage(500)}) {
    const BlockTable coarse = coarse_of(model, schedule, 6);
    const BlockTable exact = make_block_table(schedule, model.effective_lr(), kReference, kWeightDecay, coarse.edges);
    ASSERT_EQ(coarse.blocks.size(), exact.blocks.size());
    for (std::size_t b = 0; b < exact.blocks.size(); ++b) {
      const Block<double>&c = coarse.blocks[b], &e = exact.blocks[b];
      EXPECT_NEAR(c.clock, e.clock, 1e-12 * e.clock) << b;
      EXPECT_NEAR(c.norm_gain, e.norm_gain, 3.4e-7) << b;
      EXPECT_NEAR(c.norm_offset, e.norm_offset, 3.4e-7) << b;
      EXPECT_NEAR(c.norm_gain_change, e.norm_gain_change, 3.4e-7) << b;
      EXPECT_NEAR(c.norm_offset_change, e.norm_offset_change, 3.4e-7) << b;
      EXPECT_NEAR(c.level, e.level, 1e-3 * e.level) << b;
    }
  }
}

TEST(CoarseTable, SpendsNoMoreBlocksThanItIsGiven) {
  const SdeModel& model = find_model("power");
  for (const Schedule& schedule : schedules()) {
    const BlockTable table = coarse_of(model, schedule, 10);
    EXPECT_LE(table.blocks.size(), 10 * schedule.segments().size());
    EXPECT_EQ(table.edges.size(), table.blocks.size() + 1);
    EXPECT_EQ(table.edges.front(), 0);
    EXPECT_EQ(table.edges.back(), schedule.total_steps());
  }
  // More blocks than updates: one each.
  EXPECT_EQ(coarse_of(model, constant(7), 64).blocks.size(), 7u);
}

// LRs that are given one by one are summed one by one.
TEST(CoarseTable, OfATableIsThatOfItsSums) {
  const SdeModel& model = find_model("adamw");
  const Schedule smooth = wsd(3000), given = table(lrs_of(smooth));
  const double exact = final_law(model, blocks_of(model, smooth, 1));
  EXPECT_NEAR(final_law(model, coarse_of(model, given, 256)), exact, 2e-4);
  EXPECT_NEAR(final_law(model, coarse_of(model, given, 6000)), exact, 1e-12);
}

class CoarseLaw : public ::testing::TestWithParam<const SdeModel*> {};
INSTANTIATE_TEST_SUITE_P(Models, CoarseLaw, ::testing::ValuesIn(models().begin(), models().end()), model_test_name);

// Each step of the law is of second order in the blocks' length: twice as many blocks leave about a quarter of the
// error, and less than two fifths.
TEST_P(CoarseLaw, ConvergesToTheExactOneAsTheSquareOfTheBlocks) {
  const SdeModel& model = *GetParam();
  for (const Schedule& schedule : schedules()) {
    const double exact = final_law(model, blocks_of(model, schedule, 1));
    double before = std::abs(final_law(model, coarse_of(model, schedule, 8)) - exact);
    EXPECT_LT(before, 5e-3);
    for (const int blocks : {16, 32, 64}) {
      const double error = std::abs(final_law(model, coarse_of(model, schedule, blocks)) - exact);
      EXPECT_LT(error, 0.4 * before + 1e-7) << schedule.segments().size() << " " << blocks;
      before = error;
    }
  }
}

}  // namespace
}  // namespace losscast::test
