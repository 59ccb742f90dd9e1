// What the chance of divergence adds to a schedule's value.
#include "losscast/space/divergence_cost.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "losscast/base/error.hpp"
#include "tests/engine/requests.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

Experiment risky_request() {
  Experiment request = example_request(find_model("adamw"));
  request.draws = example_draws(*request.model, 40, 0.03);
  request.spikes.barrier_pull = 0.01;
  request.spikes.barrier_noise = 0.04;
  request.spikes.barrier_growth = 0.03;
  request.spikes.barrier_limit = 4;
  return request;
}

TEST(DivergenceCost, AddsTheCostTimesTheProbability) {
  const Experiment request = risky_request();
  const DivergenceLaw law(request);
  const DivergenceCost cost(0.5, request);
  const std::vector<Recipe> recipes = {wsd(1000), wsd(1000, 1e-3)};
  std::vector<float> values = {3, 4, 5, 6};
  cost.add_to(recipes, values, 2);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double added = 0.5 * law.probability(recipes[i / 2]);
    EXPECT_GT(added, 1e-5);
    EXPECT_EQ(cost.at(cost.probability(recipes[i / 2])), added);
    EXPECT_FLOAT_EQ(values[i], static_cast<float>(3.0 + static_cast<double>(i) + added)) << i;
  }
}

TEST(DivergenceCost, OfZeroAddsNothingWhateverTheLaw) {
  Experiment calm = risky_request();
  calm.spikes = {};
  for (const DivergenceCost& cost : {DivergenceCost(), DivergenceCost(0, calm), DivergenceCost(0, risky_request())}) {
    EXPECT_FALSE(cost.any());
    EXPECT_EQ(cost.probability(wsd(1000)), 0);
    const std::vector<Recipe> recipes = {wsd(1000)};
    std::vector<float> values = {3};
    cost.add_to(recipes, values, 1);
    EXPECT_EQ(values[0], 3);
  }
}

TEST(DivergenceCost, RefusesWhatIsNoCostAndRunsThatCannotDiverge) {
  const Experiment request = risky_request();
  EXPECT_NO_THROW(DivergenceCost(kMostDivergenceCost, request));
  for (const double cost : {-0.1, 101.0, std::numeric_limits<double>::infinity(), std::nan("")})
    expect_error(ExitCode::usage_or_input, {"is no cost of divergence", "from 0 to 100", "limit P(diverge)"},
                 [&] { DivergenceCost(cost, request); });
  Experiment calm = request;
  calm.spikes.barrier_limit = 0;
  expect_error(ExitCode::usage_or_input, {"the barrier is off"}, [&] { DivergenceCost(0.1, calm); });
}

}  // namespace
}  // namespace losscast::test
