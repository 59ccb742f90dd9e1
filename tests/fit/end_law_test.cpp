// The law of a loss at one step, beside its simulation.
#include "losscast/fit/end_law.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "losscast/engine/ensemble.hpp"
#include "tests/fit/synthetic.hpp"
#include "tests/model/examples.hpp"

namespace losscast::test {
namespace {

LossSde example_sde(int draws, float observation) {
  const SdeModel& model = find_model("adamw");
  LossSde sde{&model, kReference, kWeightDecay, example_draws(model, draws, 0.003), example_noise(), {}};
  sde.noise.observation = observation;
  return sde;
}

Statistics simulated(const LossSde& sde, const Recipe& recipe, Step step, std::int64_t paths) {
  EnsembleRequest request;
  request.recipes = {recipe};
  request.record_steps = {step};
  request.paths = paths;
  request.levers = kAutomaticLevers;
  return run(sde, request, {Backend::cpu}).statistics.front().front();
}

// Standard error of a quantile of probability 5% or 95%, the losses being nearly normal.
double quantile_error(double deviation, std::int64_t paths) {
  constexpr double kDensity = 0.1031;  // of a standard normal at its 5% point
  return std::sqrt(0.05 * 0.95 / static_cast<double>(paths)) / kDensity * deviation;
}

class EndLawOf : public ::testing::TestWithParam<const char*> {
 protected:
  Recipe recipe() const {
    const std::string family = GetParam();
    return Recipe(family == "constant" ? constant() : family == "two-stage" ? two_stage() : wsd());
  }
};
INSTANTIATE_TEST_SUITE_P(Schedules, EndLawOf, ::testing::Values("constant", "two-stage", "wsd"),
                         [](const auto& name) { return std::string(name.param).substr(0, 3); });

// Five standard errors, and what blocks may shift: the simulation's by kStepBiasLimit / 2.
TEST_P(EndLawOf, AgreesWithTheSimulation) {
  constexpr std::int64_t kPaths = 4096;
  for (const float observation : {0.0f, 3e-3f}) {
    for (const Step step : {kSteps / 2, kSteps}) {
      const LossSde sde = example_sde(64, observation);
      const LossForecast law = forecast_at(sde, recipe(), step, 2);
      const Statistics paths = simulated(sde, recipe(), step, kPaths);
      const double error = 5 * quantile_error(paths.standard_deviation, kPaths) + kStepBiasLimit / 2;
      EXPECT_NEAR(law.mean, paths.mean, 5 * paths.standard_error + kStepBiasLimit / 2);
      EXPECT_NEAR(law.q05, paths.q05, error);
      EXPECT_NEAR(law.q95, paths.q95, error);
      EXPECT_NEAR(law.posterior_error, paths.posterior_error, 0.05 * paths.posterior_error);
    }
  }
}

// Update by update, for a few of the draws.
TEST_P(EndLawOf, HasTheExactMean) {
  const LossSde sde = example_sde(4, 0);
  std::vector<Step> edges;
  for (Step s = 0; s <= kSteps; ++s) edges.push_back(s);
  const BlockTable table =
      make_block_table(recipe(), sde.model->effective_lr(), sde.reference, sde.weight_decay, edges);
  for (const Step step : {Step{7000}, kSteps}) {
    const int last[] = {static_cast<int>(step)};
    double mean = 0;
    for (const auto& draw : sde.draws)
      mean += sde.model->moments(table, draw, sde.noise, Scheme::exact_moments, last)[0].mean / 4;
    EXPECT_NEAR(forecast_at(sde, recipe(), step).mean, mean, 1e-5);
  }
}

// One draw and nothing but a run's offset: a normal law.
TEST(EndLaw, OfOneDrawIsNormal) {
  LossSde sde = example_sde(1, 0);
  sde.noise = {};
  const LossForecast without = forecast_at(sde, Recipe(wsd()), kSteps);
  EXPECT_NEAR(without.q05, without.mean, 1e-8);
  EXPECT_NEAR(without.q95, without.mean, 1e-8);
  EXPECT_EQ(without.posterior_error, 0);
  sde.noise.run_offset = 2e-3f;
  const LossForecast law = forecast_at(sde, Recipe(wsd()), kSteps);
  EXPECT_NEAR(law.q95 - law.mean, 1.6448536 * 2e-3, 1e-8);
  EXPECT_NEAR(law.mean - law.q05, 1.6448536 * 2e-3, 1e-8);
}

}  // namespace
}  // namespace losscast::test
