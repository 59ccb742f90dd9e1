// Weight decay and batch size that change along a run, and what no model follows.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "losscast/model/check_recipe.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/model/examples.hpp"

namespace losscast::test {
namespace {

StepValues stairs(const std::vector<Step>& steps, const std::vector<double>& values) { return {steps, values}; }

std::vector<double> decays_of(const Recipe& recipe) {
  std::vector<double> decays(static_cast<std::size_t>(recipe.total_steps()));
  weight_decay_of(recipe, kWeightDecay).fill(0, decays);
  return decays;
}

// Changes on a plateau, in a cool-down, and to and from none at all.
std::vector<Recipe> recipes() {
  return {{wsd(2000), stairs({0, 700, 1800}, {0.1, 0.3, 0.02})},
          {cosine(2000), stairs({0, 1, 1000, 1999}, {0.0, 0.2, 0.0, 0.5})},
          {two_stage(600), stairs({0, 300}, {0.4, 0.05})}};
}

void expect_same_bytes(const BlockTable& a, const BlockTable& b) {
  EXPECT_EQ(a.edges, b.edges);
  ASSERT_EQ(a.blocks.size(), b.blocks.size());
  EXPECT_EQ(std::memcmp(a.blocks.data(), b.blocks.data(), a.blocks.size() * sizeof(Block<double>)), 0);
}

class ScheduledWeightDecay : public ::testing::TestWithParam<const char*> {
 protected:
  const SdeModel& model() const { return find_model(GetParam()); }

  double final_law(const BlockTable& table) const {
    const int last[] = {static_cast<int>(table.blocks.size())};
    std::vector<double> value(1), jacobian(model().parameters().size());
    model().skeleton(table, example_parameters(model()), last, value, jacobian);
    return value[0];
  }

  BlockTable coarse(const Recipe& recipe, int blocks_per_segment) const {
    return make_coarse_table(recipe, model().effective_lr(), kReference, kWeightDecay, blocks_per_segment);
  }
};
INSTANTIATE_TEST_SUITE_P(Models, ScheduledWeightDecay, ::testing::Values("adamw"),
                         [](const auto& tested) { return std::string(tested.param); });

// Tolerances as in moments_test.cpp: rounding.
TEST_P(ScheduledWeightDecay, IsTheReferencesAfterEveryUpdate) {
  PathNoise noise;
  noise.four_over_d = 4.0f / 20;
  for (const Recipe& recipe : recipes()) {
    std::vector<int> after;
    for (int s = 1; s <= static_cast<int>(recipe.total_steps()); ++s) after.push_back(s);
    const auto actual = model().moments(blocks_of(model(), recipe, 1), example_parameters(model()), noise,
                                        Scheme::exact_moments, after);
    const auto expected = reference::law(reference_of(model()), lrs_of(recipe), decays_of(recipe), reference_of(noise),
                                         {after.begin(), after.end()});
    const auto constant =
        reference::law(reference_of(model()), lrs_of(recipe), reference_of(noise), {after.begin(), after.end()});
    for (std::size_t i = 0; i < actual.size(); ++i) {
      ASSERT_NEAR(actual[i].skeleton, expected[i].skeleton, 3e-12 * expected[i].skeleton) << i;
      ASSERT_NEAR(actual[i].mean, expected[i].mean, 3e-12 * expected[i].mean) << i;
      ASSERT_NEAR(actual[i].variance, expected[i].variance, 1e-11 * expected[i].mean * expected[i].mean) << i;
    }
    EXPECT_GT(std::abs(expected.back().mean - constant.back().mean), 1e-4) << "the change should show";
  }
}

TEST_P(ScheduledWeightDecay, HasTheSameBytesHoweverAConstantOneIsSaid) {
  for (const Recipe& recipe : recipes()) {
    const Recipe alone = recipe.schedule, number = {recipe.schedule, kWeightDecay},
                 one_stair = {recipe.schedule, stairs({0}, {kWeightDecay})},
                 equal_stairs = {recipe.schedule, stairs({0, 100}, {kWeightDecay, kWeightDecay})};
    for (const Recipe& other : {number, one_stair, equal_stairs}) {
      expect_same_bytes(blocks_of(model(), other, 7), blocks_of(model(), alone, 7));
      expect_same_bytes(coarse(other, 5), coarse(alone, 5));
    }
    EXPECT_NE(blocks_of(model(), recipe, 7).blocks.back().norm_offset,
              blocks_of(model(), alone, 7).blocks.back().norm_offset)
        << "a scheduled one should differ";
  }
}

TEST_P(ScheduledWeightDecay, CutsCoarseBlocks) {
  for (const Recipe& recipe : recipes()) {
    const BlockTable table = coarse(recipe, 3);
    for (const Step change : recipe.weight_decay->changes())
      EXPECT_TRUE(std::binary_search(table.edges.begin(), table.edges.end(), change)) << change;
    EXPECT_LE(table.blocks.size(), 3 * (recipe.schedule.segments().size() + recipe.weight_decay->changes().size()));
    EXPECT_EQ(table.edges.back(), recipe.total_steps());
  }
}

// The error is of second order in the blocks' length, as with a constant weight decay; below 2e-6 nats, where errors of
// both signs may cancel by chance, its order is not to be seen.
TEST_P(ScheduledWeightDecay, CoarseTablesConvergeToTheExactOne) {
  for (const Recipe& recipe : recipes()) {
    const double exact = final_law(blocks_of(model(), recipe, 1));
    double before = std::abs(final_law(coarse(recipe, 8)) - exact);
    EXPECT_LT(before, 5e-3);
    for (const int blocks : {16, 32, 64}) {
      const double error = std::abs(final_law(coarse(recipe, blocks)) - exact);
      EXPECT_LT(error, 0.4 * before + 2e-6) << blocks;
      before = error;
    }
  }
}

// LRs given one by one are summed one by one, with the weight decay of each.
TEST_P(ScheduledWeightDecay, OfALoggedScheduleIsThatOfItsSums) {
  const Recipe smooth = recipes()[0], given = {table(lrs_of(smooth.schedule)), smooth.weight_decay};
  EXPECT_NEAR(final_law(coarse(given, 4000)), final_law(blocks_of(model(), smooth, 1)), 1e-12);
}

TEST(CheckRecipe, RefusesWhatAModelDoesNotFollow) {
  const Recipe decay = {constant(100), stairs({0, 50}, {0.1, 0})}, batch = {constant(100), {}, stairs({0, 50}, {1, 2})},
               numbers = {constant(100), 0.1, 1e5};
  Reference with_batch = kReference;
  with_batch.batch = 1e5;
  const auto refused = [](const SdeModel& model, const Recipe& recipe, std::vector<std::string> parts) {
    expect_error(ExitCode::usage_or_input, parts, [&] { check_recipe(model, kReference, recipe); });
  };
  for (const SdeModel* model : models()) {
    EXPECT_NO_THROW(check_recipe(*model, kReference, constant(100)));
    EXPECT_NO_THROW(check_recipe(*model, kReference, numbers));
    refused(*model, batch, {"batch varies", "tokens_per_step"});
    EXPECT_NO_THROW(check_recipe(*model, with_batch, batch));
    if (model->effective_lr().weight_norm == EffectiveLr::WeightNorm::none)
      refused(*model, decay, {"model " + std::string(model->name()) + " has no weight norm", "Give one number"});
    else
      EXPECT_NO_THROW(check_recipe(*model, kReference, decay));
  }
}

// An update at the LR eta takes the share eta x lambda of a weight. Up to a half is allowed, which no training comes
// near; models without a weight norm know of no weight decay.
TEST(CheckWeightDecay, RefusesUpdatesThatTakeMostOfAWeight) {
  const auto recipe = [](double decay) { return Recipe{constant(100), decay}; };
  const double most = kMostDecay / constant(100).peak_lr();
  for (const SdeModel* model : models()) {
    EXPECT_NO_THROW(check_weight_decay(*model, recipe(0.1), 0));
    EXPECT_NO_THROW(check_weight_decay(*model, recipe(0.999 * most), 0));
    if (model->effective_lr().weight_norm == EffectiveLr::WeightNorm::none) {
      EXPECT_NO_THROW(check_weight_decay(*model, recipe(10 * most), 0));
      continue;
    }
    const auto refused = [&](const Recipe& one, double otherwise) {
      expect_error(ExitCode::usage_or_input, {"peak_lr", "weight_decay", "Check the units"},
                   [&] { check_weight_decay(*model, one, otherwise); });
    };
    refused(recipe(1.001 * most), 0);
    refused(constant(100), 2 * most);  // that of a recipe which says none
    refused({constant(100), stairs({0, 50}, {0.1, 2 * most})}, 0);
  }
}

}  // namespace
}  // namespace losscast::test
