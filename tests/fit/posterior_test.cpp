#include "fit/posterior.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "fit/coordinates.hpp"
#include "fit/minimise.hpp"
#include "tests/fit/per_model.hpp"
#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

constexpr double kNoise = 6e-4;

// A draw in the coordinates in which the posterior is normal.
std::vector<double> coordinates_of(const SdeModel& model, const std::vector<double>& draw) {
  std::vector<double> out;
  for (std::size_t p = 0; p < draw.size(); ++p) out.push_back(to_coordinate(model.parameters()[p], draw[p]));
  return out;
}

// Largest rate x clock time of a single update of a constant run, up to well after its warm-up: x falls from there on.
double stiffness(const SdeModel& model, const std::vector<double>& draw) {
  std::vector<Step> edges;
  for (Step s = 0; s <= kWarmup + 300; ++s) edges.push_back(s);
  static const BlockTable with_norm =
      make_block_table(constant(), find_model("adamw").effective_lr(), kPeak, 0.1, edges);
  return model.largest_rate_times_clock(with_norm, draw);
}

class PosteriorDraws : public EveryModel {};
INSTANTIATE_TEST_SUITE_P(Models, PosteriorDraws, ::testing::ValuesIn(models()), model_test_name);

// With N independent normal draws the sample covariance of two coordinates has the standard deviation
// sqrt((c_pp c_qq + c_pq^2) / N), and the sample mean sqrt(c_pp / N).
TEST_P(PosteriorDraws, HaveTheMeanAndCovarianceOfTheFit) {
  const auto curves = informative_curves(model(), typical_parameters(model()), {.noise = kNoise});
  const Fit fit = fit_model(curves, model());
  ASSERT_EQ(fit.draws.size(), 4096u);
  const std::size_t n = fit.parameters.size();
  const auto centre = coordinates_of(model(), parameter_values(fit));
  std::vector<double> slopes;
  for (std::size_t p = 0; p < n; ++p)
    slopes.push_back(coordinate_slope(model().parameters()[p], fit.parameters[p].value));
  std::vector<double> mean(n, 0.0);
  std::vector<std::vector<double>> covariance(n, std::vector<double>(n, 0.0));
  const auto count = static_cast<double>(fit.draws.size());
  for (const auto& draw : fit.draws) {
    const auto place = coordinates_of(model(), draw);
    for (std::size_t p = 0; p < n; ++p) {
      mean[p] += (place[p] - centre[p]) / count;
      for (std::size_t q = 0; q < n; ++q) covariance[p][q] += (place[p] - centre[p]) * (place[q] - centre[q]) / count;
    }
  }
  const auto expected = [&](std::size_t p, std::size_t q) { return fit.covariance[p][q] / (slopes[p] * slopes[q]); };
  constexpr double kSigmas = 4.5;
  for (std::size_t p = 0; p < n; ++p) {
    EXPECT_NEAR(fit.parameters[p].standard_error, std::sqrt(fit.covariance[p][p]), 1e-12);
    EXPECT_LT(std::abs(mean[p]), kSigmas * std::sqrt(expected(p, p) / count)) << fit.parameters[p].name;
    for (std::size_t q = 0; q <= p; ++q) {
      const double c = expected(p, q);
      EXPECT_NEAR(covariance[p][q], c, kSigmas * std::sqrt((expected(p, p) * expected(q, q) + c * c) / count))
          << fit.parameters[p].name << ", " << fit.parameters[q].name;
    }
  }
}

TEST_P(PosteriorDraws, AreTheSameForTheSameCurves) {
  const auto curves = informative_curves(model(), typical_parameters(model()), {.noise = kNoise});
  const auto observations = observe(curves, model(), kPeak);
  const auto parameters = typical_parameters(model());
  const Posterior first = laplace_posterior(model(), observations, parameters, 1, 64);
  const Posterior second = laplace_posterior(model(), observations, parameters, 1, 64);
  EXPECT_EQ(first.draws, second.draws);
  const Posterior shorter = laplace_posterior(model(), observations, parameters, 1, 8);
  EXPECT_TRUE(std::equal(shorter.draws.begin(), shorter.draws.end(), first.draws.begin()))
      << "a draw depends on its number alone";
}

// A single short constant run leaves most parameters open: the normal law reaches far beyond what is possible.
TEST(PosteriorOfLittleData, StaysWithinBoundsAndStability) {
  const SdeModel& model = find_model("adamw");
  auto parameters = typical_parameters(model);
  constexpr std::size_t kKMax = 4;
  parameters[kKMax] = 2000;  // rate x clock of an update is up to 1.2 here
  std::vector<Curve> curves = {curve_of(model, parameters, "constant", constant(), {.every = 1000, .noise = 2e-3})};
  const auto observations = observe(curves, model, kPeak);
  constexpr double kWidening = 5;
  const Posterior posterior = laplace_posterior(model, observations, parameters, kWidening, Fit::kDraws);

  // The law as such would go beyond the limit of stability: 1.7 times k_max is within one standard deviation of it.
  const double at_estimate = stiffness(model, parameters);
  ASSERT_LT(at_estimate, 2);
  ASSERT_LT(std::log(2 / at_estimate), std::sqrt(posterior.covariance[kKMax][kKMax]) / parameters[kKMax]);
  ASSERT_EQ(posterior.draws.size(), 4096u);
  // The posterior knows only the average update of each block of the fit; single updates of the warm-up are larger by
  // up to half a block's share of it.
  const double limit = 2 * (1 + 0.5 * static_cast<double>(kFitBlock) / static_cast<double>(kWarmup));
  for (const auto& draw : posterior.draws) {
    for (std::size_t p = 0; p < draw.size(); ++p) {
      // Not on a bound either: draws outside are taken anew, not pushed in.
      ASSERT_GT(draw[p], model.parameters()[p].lower) << model.parameters()[p].name;
      ASSERT_LT(draw[p], model.parameters()[p].upper) << model.parameters()[p].name;
    }
    ASSERT_LT(stiffness(model, draw), limit);
  }
}

TEST(LaplacePosterior, GrowsWithItsWidening) {
  const SdeModel& model = find_model("power");
  const auto parameters = typical_parameters(model);
  const auto curves = informative_curves(model, parameters, {.noise = kNoise});
  const auto observations = observe(curves, model, kPeak);
  const Posterior plain = laplace_posterior(model, observations, parameters, 1, 1);
  const Posterior wide = laplace_posterior(model, observations, parameters, 3, 1);
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    EXPECT_NEAR(wide.covariance[p][p] / plain.covariance[p][p], 9, 1e-9) << model.parameters()[p].name;
    EXPECT_NEAR(wide.prior_share[p], plain.prior_share[p], 1e-12) << "the data's part against the prior's is the same";
  }
}

TEST(LaplacePosterior, OfThreeTimesTheNoiseIsThreeTimesAsWide) {
  const SdeModel& model = find_model("power");
  const auto parameters = typical_parameters(model);
  const auto width = [&](double noise) {
    const auto curves = informative_curves(model, parameters, {.noise = noise});
    return std::sqrt(laplace_posterior(model, observe(curves, model, kPeak), parameters, 1, 1).covariance[0][0]);
  };
  // Both stay within Huber's delta, so weights are equal; priors weigh little on L0.
  EXPECT_NEAR(width(3e-4) / width(1e-4), 3, 0.15);
}

// x_i = rho x_{i-1} + e_i has the autocorrelation rho^lag and the integrated time (1 + rho) / (1 - rho). The estimate
// sums up to a window of a few times that, whose noise is about sqrt(4 window / n) of it: 10% here, so 40% is 4 sigma.
TEST(AutocorrelationTime, OfAnAutoregressionIsItsClosedForm) {
  for (const double rho : {0.0, 0.5, 0.9}) {
    Normals normal(7);
    std::vector<double> values;
    double x = normal() / std::sqrt(1 - rho * rho);
    for (int i = 0; i < 20000; ++i) {
      values.push_back(x);
      x = rho * x + normal();
    }
    const double expected = (1 + rho) / (1 - rho);
    EXPECT_NEAR(autocorrelation_time(values) / expected, 1, 0.4) << rho;
    EXPECT_NEAR(lag1_autocorrelation(values), rho, 4 / std::sqrt(20000.0)) << rho;
  }
}

TEST(AutocorrelationTime, IsOneWhereNeighboursAlternate) {
  const std::vector<double> alternating = {1, -1, 1, -1, 1, -1, 1, -1};
  EXPECT_EQ(autocorrelation_time(alternating), 1);
  EXPECT_LT(lag1_autocorrelation(alternating), -0.8);
}

TEST(AutocorrelationTime, OfConstantZeroIsOne) {
  const std::vector<double> zeros(50, 0.0);
  EXPECT_EQ(autocorrelation_time(zeros), 1);
  EXPECT_EQ(lag1_autocorrelation(zeros), 0);
}

TEST(Lag1Autocorrelation, OfFewerThanThreeValuesIsZero) {
  const std::vector<double> three = {1, 1, 1}, two = {1, 1};
  EXPECT_NE(lag1_autocorrelation(three), 0);
  EXPECT_EQ(lag1_autocorrelation(two), 0);
}

// At such LRs the fastest hill relaxes within one step whatever its rate: there is no draw that is stable, and looking
// for one would take as long as it is allowed to. The draws are those of the normal law within the bounds.
TEST(PosteriorOfStiffRuns, IsDrawnWithoutStability) {
  const SdeModel& model = find_model("adamw");
  auto parameters = typical_parameters(model);
  parameters[4] = 21;  // k_max, near its lower bound
  const Schedule fast = schedule("constant", {{"peak_lr", 0.3}});
  const auto draws_of = [&](const Schedule& lr, double ref_lr) {
    Fit fit = known_fit(model, parameters);
    fit.ref_lr = ref_lr;
    Curve curve{"run", "run.csv", lr, {}, "adamw", 0.1, {}, {}};
    std::vector<Step> steps;
    for (Step s = kWarmup; s <= kSteps; s += 1000) steps.push_back(s);
    for (const double loss : fitted_law(fit, lr, 0.1, steps))
      curve.points.push_back({steps[curve.points.size()], loss + 1e-3});
    const std::vector<Curve> curves = {curve};
    return laplace_posterior(model, observe(curves, model, ref_lr), parameters, 1, 64);
  };
  EXPECT_TRUE(draws_of(constant(), kPeak).stable);
  const Posterior stiff = draws_of(fast, 0.3);
  EXPECT_FALSE(stiff.stable);
  std::set<double> rates;
  for (const auto& draw : stiff.draws) rates.insert(draw[4]);
  EXPECT_GT(rates.size(), 60u) << "they are not all the estimate";
}

}  // namespace
}  // namespace losscast::test
