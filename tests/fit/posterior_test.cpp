#include "fit/posterior.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "fit/coordinates.hpp"
#include "fit/objective.hpp"
#include "tests/fit/per_model.hpp"
#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

constexpr double kNoise = 6e-4;

// Largest rate x clock time of a single update of a constant run, up to well after its warm-up: x falls from there on.
double stiffness(const SdeModel& model, const std::vector<double>& draw) {
  std::vector<Step> edges;
  for (Step s = 0; s <= kWarmup + 300; ++s) edges.push_back(s);
  static const BlockTable with_norm =
      make_block_table(constant(), find_model("adamw").effective_lr(), kScales, 0.1, edges);
  return model.largest_rate_times_clock(with_norm, draw);
}

// h(z) = z^2 up to 1, 2 |z| - 1 from there on: r^2 = h, r dr/dz = h' / 2.
TEST(RobustRoot, IsTheRootOfHubersFunction) {
  for (const double z : {-30.0, -1.0, -0.3, 0.0, 0.5, 1.0, 1.5, 400.0}) {
    const RobustRoot root = robust_root(z);
    const double h = std::abs(z) <= 1 ? z * z : 2 * std::abs(z) - 1, slope = std::abs(z) <= 1 ? z : std::copysign(1, z);
    EXPECT_NEAR(root.value * root.value, h, 1e-12 * h) << z;
    EXPECT_NEAR(root.value * root.slope, slope, 1e-12) << z;
  }
}

// Two points a known distance from the law, and parameters a known number of deviations from their priors.
TEST(LogPosterior, IsTheFormulasByHand) {
  const SdeModel& model = find_model("power");
  const std::vector<double> truth = typical_parameters(model);
  Curve curve = curve_of(model, truth, "run", cosine(), {.every = 4000});
  curve.steps_from = kWarmup;
  curve.points.resize(2);
  curve.points[0].loss += 3e-3;
  curve.points[1].loss -= 2.0;
  const std::vector<Curve> curves = {curve};
  FitProblem problem = make_problem(curves, model);
  problem.reference = kScales;
  problem.observations = {observe(curves[0], kWarmup, model, kScales)};
  const double weight = std::sqrt(100.0 / 2) / 6e-3, z[] = {3e-3 * weight, 2.0 * weight};
  ASSERT_GT(z[0], 1);
  std::vector<double> coordinates = to_coordinates(problem, truth);
  double priors = 0;
  for (std::size_t k = 0; k < coordinates.size(); ++k)
    if (const auto& prior = problem.parameter_of(k).prior)
      priors += std::pow((coordinates[k] - prior->mean) / prior->standard_deviation, 2);
  const double expected = -(2 * z[0] - 1 + 2 * z[1] - 1) / 18 - priors / 2;
  EXPECT_NEAR(log_posterior(problem, coordinates), expected, 1e-9 * std::abs(expected));
  coordinates[1] = std::log(model.parameters()[1].upper) + 1e-9;
  EXPECT_EQ(log_posterior(problem, coordinates), -std::numeric_limits<double>::infinity());
}

class PosteriorDraws : public EveryModel {};
// The sampler knows nothing of a model but its number of parameters; 32 hills would only take longer.
INSTANTIATE_TEST_SUITE_P(Models, PosteriorDraws, ::testing::Values(&find_model("adamw"), &find_model("power")),
                         model_test_name);

TEST_P(PosteriorDraws, AreConvergedAndTheFitsErrorsAreTheirs) {
  const auto curves = informative_curves(model(), typical_parameters(model()), {.noise = kNoise});
  const Fit fit = fit_model(curves, model());
  ASSERT_EQ(fit.draws.size(), 4096u);
  for (std::size_t p = 0; p < fit.parameters.size(); ++p) {
    const ParameterEstimate& estimate = fit.parameters[p];
    double mean = 0, squares = 0;
    for (const auto& draw : fit.draws) mean += draw[p] / 4096;
    for (const auto& draw : fit.draws) squares += (draw[p] - mean) * (draw[p] - mean);
    EXPECT_NEAR(estimate.standard_error, std::sqrt(squares / 4095), 1e-9 * estimate.standard_error) << estimate.name;
    EXPECT_NEAR(fit.covariance[p][p], squares / 4095, 1e-9 * squares) << estimate.name;
    if (squares == 0) continue;  // what one peak leaves off
    EXPECT_LT(estimate.rhat, 1.05) << estimate.name;
    EXPECT_GT(estimate.bulk_ess, 100) << estimate.name;
    EXPECT_LT(std::abs(mean - estimate.value), 2 * estimate.standard_error) << estimate.name;
  }
}

TEST(SamplePosterior, FollowsFromCurvesAndSeedAlone) {
  const SdeModel& model = find_model("power");
  const auto parameters = typical_parameters(model);
  const auto curves = informative_curves(model, parameters, {.noise = kNoise});
  const FitProblem problem = make_problem(curves, model);
  const Posterior one = sample_posterior(problem, parameters, 5, 1),
                  three = sample_posterior(problem, parameters, 5, 3);
  EXPECT_EQ(one.chains, three.chains);
  EXPECT_NE(one.chains, sample_posterior(problem, parameters, 6, 1).chains);
}

// A single short constant run leaves most parameters open: the Laplace approximation reaches far beyond what is
// possible.
TEST(PosteriorOfLittleData, StaysWithinBoundsAndStability) {
  const SdeModel& model = find_model("adamw");
  auto parameters = typical_parameters(model);
  constexpr std::size_t kKMax = 4;
  parameters[kKMax] = 6000;  // rate x clock of an update is near its limit
  std::vector<Curve> curves = {curve_of(model, parameters, "constant", constant(), {.every = 1000, .noise = 2e-3})};
  const FitProblem problem = make_problem(curves, model);
  const Posterior posterior = sample_posterior(problem, parameters, 0, 2);
  const double at_estimate = stiffness(model, parameters);
  ASSERT_LT(at_estimate, 2);
  ASSERT_LT(std::log(2 / at_estimate), 1) << "the prior's deviation of ln k_max is 0.7";
  // The posterior knows only the average update of each block of the fit; single updates of the warm-up are larger by
  // up to half a block's share of it.
  const double limit = 2 * (1 + 0.5 * static_cast<double>(kFitBlock) / static_cast<double>(kWarmup));
  for (const auto& chain : posterior.chains)
    for (const auto& draw : chain) {
      for (std::size_t p = 0; p < draw.size(); ++p) ASSERT_TRUE(model.parameters()[p].allows(draw[p])) << p;
      ASSERT_LT(stiffness(model, draw), limit);
    }
}

// x_i = rho x_{i-1} + e_i has the autocorrelation rho at lag 1; its estimate is known to 1 / sqrt(n).
TEST(Lag1Autocorrelation, OfAnAutoregressionIsItsOwn) {
  for (const double rho : {0.0, 0.5, 0.9}) {
    Normals normal(7);
    std::vector<double> values;
    double x = normal() / std::sqrt(1 - rho * rho);
    for (int i = 0; i < 20000; ++i) {
      values.push_back(x);
      x = rho * x + normal();
    }
    EXPECT_NEAR(lag1_autocorrelation(values), rho, 4 / std::sqrt(20000.0)) << rho;
  }
}

TEST(Lag1Autocorrelation, OfFewerThanThreeValuesIsZero) {
  const std::vector<double> three = {1, 1, 1}, two = {1, 1};
  EXPECT_NE(lag1_autocorrelation(three), 0);
  EXPECT_EQ(lag1_autocorrelation(two), 0);
}

}  // namespace
}  // namespace losscast::test
