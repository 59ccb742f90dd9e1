// The barrier that is found from P(diverge) at a few LRs.
#include "losscast/hazard/barrier_fit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "losscast/tails/divergence_law.hpp"
#include "tests/engine/requests.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

constexpr Step kSteps = 5000;

Recipe run_of(double peak_lr) {
  return make_recipe({{{"family", std::string("cosine")},
                       {"peak_lr", peak_lr},
                       {"warmup_steps", 500.0},
                       {"final_lr_ratio", 0.1},
                       {"total_steps", static_cast<double>(kSteps)}}});
}

double logit(double probability) { return std::log(probability / (1 - probability)); }

// The LRs at which a logistic law in ln lr has these probabilities.
std::vector<DivergenceAt> logistic(double even_lr, double slope) {
  std::vector<DivergenceAt> given;
  for (const double probability : {0.01, 0.1, 0.5, 0.9})
    given.push_back({even_lr * std::exp(logit(probability) / slope), probability});
  return given;
}

double largest_difference(const BarrierFit& found, const std::vector<DivergenceAt>& given) {
  EXPECT_EQ(found.probabilities.size(), given.size());
  double largest = 0;
  for (std::size_t i = 0; i < given.size(); ++i)
    largest = std::max(largest, std::abs(logit(found.probabilities[i]) - logit(given[i].probability)));
  return largest;
}

// The slopes of classifiers of public runs, at LRs near and far above the reference. What a mode does is no logistic
// law: something is left, which is worth less than a twelfth of the LR.
TEST(FitBarrier, DivergesAsOftenAsALogisticLaw) {
  struct Case {
    const char* model;
    double even_lr, slope, exponent;
  };
  for (const auto& [model, even_lr, slope, exponent] :
       {Case{"adamw", 2 * kRefLr, 7.45, 1.5}, Case{"adamw", 10 * kRefLr, 14.7, 1.5},
        Case{"power", 10 * kRefLr, 14.7, 1.25}}) {
    SCOPED_TRACE(::testing::Message() << model << " " << slope);
    const std::vector<DivergenceAt> given = logistic(even_lr, slope);
    const BarrierFit found = fit_barrier(example_request(find_model(model)), run_of, given);
    EXPECT_LT(largest_difference(found, given) / slope, 1.0 / 12);
    EXPECT_EQ(found.barrier.barrier_limit, 1);
    EXPECT_EQ(found.barrier.barrier_growth, 0);
    EXPECT_EQ(found.barrier.barrier_exponent, exponent);
    EXPECT_EQ(found.barrier.jump_rate, 0);
  }
}

// Why the exponent is not fitted too: with any of these powers of the LR the strain comes near to the logistic law,
// each with a number of tries (pull) of its own.
TEST(FitBarrier, CannotTellThePowerOfTheStrain) {
  const Experiment law = example_request(find_model("adamw"));
  const std::vector<DivergenceAt> given = logistic(10 * kRefLr, 14.7);
  double tries = std::numeric_limits<double>::infinity();
  for (const double power : {1.0, 2.0}) {
    const BarrierFit found = fit_barrier(law, run_of, given, power);
    EXPECT_LT(largest_difference(found, given) / 14.7, 1.0 / 12) << power;
    const double fewer = found.barrier.barrier_pull * std::pow(10, power);
    EXPECT_LT(fewer, tries / 2) << power;
    tries = fewer;
  }
}

// The density is judged by splitting, which simulates the engine's own steps.
TEST(FitBarrier, HoldsForSimulatedPaths) {
  Experiment law = example_request(find_model("adamw"));
  const std::vector<DivergenceAt> given = logistic(2 * kRefLr, 7.45);
  const BarrierFit found = fit_barrier(law, run_of, given);
  law.spikes = found.barrier;
  law.paths = 4096;
  for (std::size_t i = 0; i < given.size(); ++i) {
    law.recipes = {run_of(given[i].peak_lr)};
    const TailEstimate simulated = bench::divergence(law).front().probability;
    // The density is right to 3% of P.
    EXPECT_NEAR(simulated.value, found.probabilities[i], 5 * simulated.standard_error + 0.03 * found.probabilities[i]);
  }
}

// The probabilities of a barrier lead back to it.
TEST(FitBarrier, FindsTheBarrierThatProbabilitiesAreOf) {
  const Experiment law = example_request(find_model("adamw"));
  Experiment known = law;
  known.spikes = {.barrier_pull = 0.05, .barrier_noise = 0.05, .barrier_limit = 1, .barrier_exponent = 1.5};
  const DivergenceLaw truth(known);
  std::vector<DivergenceAt> given;
  for (const double peak_lr : {0.6 * kRefLr, 0.8 * kRefLr, kRefLr, 1.2 * kRefLr})
    given.push_back({peak_lr, truth.probability(run_of(peak_lr))});
  ASSERT_LT(given.front().probability, 0.1);
  ASSERT_GT(given.back().probability, 0.5);
  const Spikes found = fit_barrier(law, run_of, given).barrier;
  EXPECT_NEAR(found.barrier_pull / known.spikes.barrier_pull, 1, 0.02);
  EXPECT_NEAR(found.barrier_noise / known.spikes.barrier_noise, 1, 0.02);
}

TEST(FitBarrier, RefusesRunsThatDivergeLessAtHigherLrs) {
  const Experiment law = example_request(find_model("adamw"));
  const std::vector<DivergenceAt> rising = {{kRefLr, 0.1}, {2 * kRefLr, 0.9}};
  EXPECT_NO_THROW(fit_barrier(law, run_of, rising));
  const std::vector<DivergenceAt> falling = {{kRefLr, 0.9}, {2 * kRefLr, 0.1}};
  expect_error(ExitCode::usage_or_input, {"no more runs diverge"}, [&] { fit_barrier(law, run_of, falling); });
}

}  // namespace
}  // namespace losscast::test
