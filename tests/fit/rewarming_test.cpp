// Later phases in which the LR rises again.
#include "losscast/fit/rewarming.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "losscast/fit/forecast.hpp"
#include "losscast/fit/forecast_along.hpp"
#include "losscast/schedule/continuation.hpp"
#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

constexpr double kWeightDecay = 0.1;
constexpr Step kBegin = kSteps;

const SdeModel& model() { return find_model("adamw"); }

Schedule second(double peak) {
  return schedule("cosine", {{"peak_lr", peak}, {"final_lr", 0.0}, {"total_steps", 6000.0}});
}

Recipe two_phases(double peak) { return continued_recipe(cosine(), kBegin, second(peak)); }

// The law of one draw without noise: every band is that number.
LossSde exact_law() {
  return make_sde(known_fit(model(), typical_parameters(model())), {.noise = Uncertainty::Source::off});
}

std::vector<double> law_from_begin(const Recipe& recipe) {
  std::vector<Step> steps(static_cast<std::size_t>(recipe.total_steps() - kBegin + 1));
  std::iota(steps.begin(), steps.end(), kBegin);
  return fitted_law(known_fit(model(), typical_parameters(model())), recipe, kWeightDecay, steps);
}

TEST(Rewarming, FindsTheHighestLossAndTheWayBack) {
  const Recipe recipe = two_phases(kPeak);
  const std::vector<double> law = law_from_begin(recipe);
  const auto highest = std::max_element(law.begin(), law.end());
  Step back = static_cast<Step>(law.size());
  while (law[static_cast<std::size_t>(back - 1)] <= law.front()) --back;

  const std::vector<Rewarming> phases = rewarmings(exact_law(), recipe, std::vector<Step>{kBegin}, 1);
  ASSERT_EQ(phases.size(), 1u);
  const Rewarming& phase = phases.front();
  EXPECT_EQ(phase.begin, kBegin);
  EXPECT_EQ(phase.end, recipe.total_steps());
  EXPECT_NEAR(phase.before.mean, law.front(), 1e-6);
  EXPECT_NEAR(phase.last.mean, law.back(), 1e-6);
  ASSERT_TRUE(phase.bump);
  EXPECT_NEAR(phase.bump->loss.mean, *highest, 1e-5);
  EXPECT_NEAR(phase.bump->rise.mean, *highest - law.front(), 1e-5);
  EXPECT_GT(phase.bump->rise.mean, 5e-3);
  ASSERT_TRUE(phase.recovery.middle);
  EXPECT_NEAR(static_cast<double>(*phase.recovery.middle), static_cast<double>(kBegin + back), 60);
  EXPECT_NEAR(static_cast<double>(*phase.recovery.early), static_cast<double>(*phase.recovery.late), 60);
  EXPECT_EQ(phase.recovery.probability, 1);
}

TEST(Rewarming, IsForPhasesInWhichTheRateRises) {
  const Recipe falls = continued_recipe(constant(), kBegin, schedule("linear", {{"warmup_steps", 0.0}}));
  EXPECT_TRUE(rewarmings(exact_law(), falls, std::vector<Step>{kBegin}, 1).empty());
  EXPECT_TRUE(rewarmings(exact_law(), falls, {}, 1).empty());
}

TEST(Rewarming, TellsChainsOfPhasesApart) {
  const Recipe three = continued_recipe(two_phases(kPeak), kBegin + 6000, second(kPeak / 2));
  const auto phases = rewarmings(exact_law(), three, std::vector<Step>{kBegin, kBegin + 6000}, 1);
  ASSERT_EQ(phases.size(), 2u);
  EXPECT_EQ(phases[0].end, phases[1].begin);
  EXPECT_EQ(phases[0].last.mean, phases[1].before.mean);
  EXPECT_LT(phases[1].bump->rise.mean, phases[0].bump->rise.mean) << "half the peak, a smaller rise";
}

// Of very many phases each is looked at in fewer steps, of which one is near the highest loss.
TEST(Rewarming, LooksAtManyPhasesMoreCoarsely) {
  constexpr Step kShort = 100;
  constexpr std::size_t kPhases = 400;
  const Schedule again =
      schedule("cosine", {{"warmup_steps", 20.0}, {"final_lr", 0.0}, {"total_steps", double{kShort}}});
  Recipe recipe = cosine();
  std::vector<Step> starts;
  for (std::size_t i = 0; i < kPhases; ++i) {
    starts.push_back(recipe.total_steps());
    recipe = continued_recipe(recipe, recipe.total_steps(), again);
  }
  const auto many = rewarmings(exact_law(), recipe, starts, 1);
  const std::vector<Step> two = {starts[kPhases / 2], starts[kPhases / 2 + 1]};
  const auto alone = rewarmings(exact_law(), recipe, two, 1);
  ASSERT_EQ(many.size(), kPhases);
  const Rewarming &one = many[kPhases / 2], &fine = alone.at(0);
  EXPECT_EQ(one.end, fine.end);
  EXPECT_NEAR(one.bump->rise.mean, fine.bump->rise.mean, 0.1 * fine.bump->rise.mean);
}

TEST(Rewarming, KnowsOfARunThatDoesNotComeBack) {
  const Recipe held = continued_recipe(cosine(), kBegin, schedule("constant", {{"total_steps", 2000.0}}));
  const auto phases = rewarmings(exact_law(), held, std::vector<Step>{kBegin}, 1);
  EXPECT_FALSE(phases.at(0).recovery.middle);
  EXPECT_EQ(phases.at(0).recovery.probability, 0);
}

// With noise and an offset the bands are those of forecasts, and the steps of a way back have a range.
TEST(Rewarming, HasTheBandsOfForecasts) {
  Fit fit = known_fit(model(), typical_parameters(model()));
  fit.noise.startup_shift.value = 1e-3;
  fit.noise.hill_dimensions.value = 4000;
  fit.noise.run_offset.value = 2.5e-3;
  const Recipe recipe = two_phases(kPeak);
  const LossSde sde = make_sde(fit);
  const Rewarming phase = rewarmings(sde, recipe, std::vector<Step>{kBegin}, 1).at(0);
  const Step steps[] = {phase.bump->step, recipe.total_steps()};
  const std::vector<LossForecast> along = forecast_along(sde, recipe, steps, 1);
  EXPECT_NEAR(along[0].q05, phase.bump->loss.q05, 1e-6) << "the run is cut at other steps";
  for (std::size_t i = 0; i < 2; ++i) {
    const LossForecast one = forecast_at(sde, recipe, steps[i], 1);
    EXPECT_NEAR(along[i].mean, one.mean, 2e-5);
    EXPECT_NEAR(along[i].q95 - along[i].q05, one.q95 - one.q05, 2e-4);
  }
  const double rise = phase.bump->rise.q95 - phase.bump->rise.q05, loss = phase.bump->loss.q95 - phase.bump->loss.q05;
  EXPECT_LT(rise, 1.3 * loss) << "two steps of a run share a part of its discrepancy";
  EXPECT_LT(*phase.recovery.early, *phase.recovery.middle);
  EXPECT_LT(*phase.recovery.middle, phase.recovery.late.value_or(recipe.total_steps() + 1));
}

}  // namespace
}  // namespace losscast::test
