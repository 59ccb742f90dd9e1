// What a peak LR beyond the limit of stability adds to the loss: in the law, along paths, and in the gradient.
#include "losscast/model/instability.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "losscast/model/coarse_table.hpp"
#include "losscast/model/mean_law.hpp"
#include "tests/model/examples.hpp"

namespace losscast::test {
namespace {

const SdeModel& adamw() { return find_model("adamw"); }

std::vector<double> with_limit(double limit) {
  std::vector<double> draw = example_parameters(adamw());
  draw.back() = limit;
  return draw;
}

// The LR rises, falls, and rises higher: a peak so far that moves twice.
Schedule two_peaks() {
  std::vector<double> lrs;
  for (int s = 0; s < 300; ++s) lrs.push_back(kRefLr * (s < 100 ? 0.01 * s : s < 200 ? 0.5 : 0.5 + 0.013 * (s - 200)));
  return table(lrs);
}

double cost_at(double times_limit) { return 0.6 * (1 - std::exp(-0.13 / 0.6 * std::pow(std::log(times_limit), 2))); }

TEST(Instability, IsNothingUpToTheLimitAndGrowsAsTheSquareOfTheLogarithmUntilAllIsLost) {
  EXPECT_EQ(instability(1.0, 0.0), 0) << "no limit";
  EXPECT_EQ(instability(2.0, 0.5), 0);
  EXPECT_NEAR(instability(4.0, 0.5), cost_at(2), 1e-15);
  EXPECT_NEAR(instability(8.0f, 0.25f), cost_at(2), 1e-7);
  EXPECT_NEAR(instability(1.01, 1.0) / std::pow(std::log(1.01), 2), 0.13, 1e-5) << "at first a square";
  EXPECT_NEAR(instability(1e6, 1.0), 0.6, 1e-15) << "no more is lost";
}

TEST(Instability, IsFoundTheOtherWayRound) {
  EXPECT_EQ(peak_that_costs(0), 1);
  for (const double peak : {1.2, 3.0, 20.0}) EXPECT_NEAR(peak_that_costs(instability(peak, 1.0)), peak, 1e-12 * peak);
}

TEST(Instability, FollowsTheHighestLrSoFar) {
  const Schedule schedule = two_peaks();
  const std::vector<double> lrs = lrs_of(schedule);
  const BlockTable blocks = blocks_of(adamw(), schedule, 7);
  std::vector<int> after;
  for (int b = 1; b <= static_cast<int>(blocks.blocks.size()); ++b) after.push_back(b);
  std::vector<double> stable(after.size()), unstable(after.size());
  adamw().skeleton(blocks, with_limit(50), after, stable, {});
  adamw().skeleton(blocks, with_limit(0.6), after, unstable, {});
  for (std::size_t b = 0; b < after.size(); ++b) {
    const double peak = *std::max_element(lrs.begin(), lrs.begin() + blocks.edges[b + 1]) / kRefLr;
    const double expected = peak > 0.6 ? cost_at(peak / 0.6) : 0;
    EXPECT_NEAR(unstable[b] - stable[b], expected, 1e-13) << "block " << b;
  }
}

TEST(Instability, IsTheSameInCoarseTables) {
  for (const Schedule& schedule : {wsd(2000), cosine(2000), constant(500), two_peaks()}) {
    const BlockTable coarse = make_coarse_table(Recipe(schedule), adamw().effective_lr(), kReference, kWeightDecay, 5);
    const std::vector<double> lrs = lrs_of(schedule);
    for (std::size_t b = 0; b < coarse.blocks.size(); ++b)
      EXPECT_NEAR(coarse.blocks[b].peak,
                  *std::max_element(lrs.begin(), lrs.begin() + coarse.edges[b + 1]) / kReference.lr, 1e-12);
  }
}

TEST(Instability, IsInTheLawOfTheReferenceModel) {
  const Schedule schedule = two_peaks();
  const std::vector<double> draw = with_limit(0.4);
  const std::vector<int> after = {50, 100, 150, 299, 300};
  const auto moments =
      adamw().moments(blocks_of(adamw(), schedule, 1), draw, example_noise(), Scheme::exact_moments, after);
  const auto expected = reference::law(reference_of(adamw(), draw), lrs_of(schedule), reference_of(example_noise()),
                                       {50, 100, 150, 299, 300});
  for (std::size_t i = 0; i < after.size(); ++i) EXPECT_NEAR(moments[i].skeleton, expected[i].skeleton, 1e-9);
}

// The peak is that of one update, so that differences of the value are derivatives.
void expect_gradient(MeanLaw& law, std::vector<double> lrs) {
  std::vector<double> gradient(lrs.size());
  law.gradient(lrs, gradient);
  for (std::size_t s = 0; s < lrs.size(); ++s) {
    const double h = 1e-5 * lrs[s], at = lrs[s];
    lrs[s] = at + h;
    const double above = law.value(lrs);
    lrs[s] = at - h;
    const double below = law.value(lrs);
    lrs[s] = at;
    EXPECT_NEAR(gradient[s] * kRefLr, (above - below) / (2 * h) * kRefLr, 1e-6) << "update " << s;
  }
}

TEST(Instability, IsInTheGradient) {
  std::vector<double> lrs;
  for (int s = 0; s < 40; ++s) lrs.push_back(kRefLr * (1 + 0.05 * s - 0.0015 * s * s));
  MeanLaw law({&adamw(), kReference, kWeightDecay, {with_limit(0.7), with_limit(1.1), with_limit(9)}, {}, {}});
  expect_gradient(law, std::move(lrs));
}

// With a limit that grows along the run.
Reference growing() {
  Reference reference = kReference;
  reference.limit_power = 0.3;
  reference.limit_steps = 100;
  return reference;
}

std::vector<double> strained_lrs(const std::vector<double>& lrs) {
  std::vector<double> strained;
  for (std::size_t s = 0; s < lrs.size(); ++s)
    strained.push_back(lrs[s] * std::pow(100 / static_cast<double>(s + 1), 0.3));
  return strained;
}

TEST(GrowingLimit, SeesLowerLrsTheLaterTheyCome) {
  for (const Schedule& schedule : {wsd(2000), cosine(2000), constant(500), two_peaks()}) {
    const std::vector<double> strained = strained_lrs(lrs_of(schedule));
    const Recipe recipe(schedule);
    const BlockTable coarse = make_coarse_table(recipe, adamw().effective_lr(), growing(), kWeightDecay, 5);
    const BlockTable fine =
        make_block_table(recipe, adamw().effective_lr(), growing(), kWeightDecay, {0, 7, 100, 130, 300});
    for (const BlockTable* table : {&coarse, &fine})
      for (std::size_t b = 0; b < table->blocks.size(); ++b)
        EXPECT_NEAR(table->blocks[b].peak,
                    *std::max_element(strained.begin(), strained.begin() + table->edges[b + 1]) / kReference.lr, 1e-12);
  }
}

TEST(GrowingLimit, IsInTheMeanAndItsGradient) {
  std::vector<double> lrs;
  for (int s = 0; s < 40; ++s) lrs.push_back(kRefLr * (0.5 + 0.05 * s - 0.0015 * s * s));
  MeanLaw law({&adamw(), growing(), kWeightDecay, {with_limit(0.2), with_limit(0.5), with_limit(9)}, {}, {}});
  reference::Model model = reference_of(adamw(), with_limit(0.2));
  model.limit_power = 0.3;
  model.limit_steps = 100;
  const std::size_t end = lrs.size();
  const auto expected = reference::law(model, lrs, std::vector<double>(end, kWeightDecay), {}, {end});
  MeanLaw alone({&adamw(), growing(), kWeightDecay, {with_limit(0.2)}, {}, {}});
  EXPECT_NEAR(alone.value(lrs), expected.front().skeleton, 1e-9);
  expect_gradient(law, std::move(lrs));
}

}  // namespace
}  // namespace losscast::test
