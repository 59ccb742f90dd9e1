// The discrepancy of a run, point by point, against its formulas with whole matrices.
#include "fit/run_discrepancy.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>

#include "fit/weighted_normals.hpp"

namespace losscast::test {
namespace {

constexpr Step kRunSteps = 1000;
constexpr double kOffset = 2e-3, kNoise = 1e-3;
constexpr double kScales[] = {1, 1.5, 2.25, 3.4, 5};

// The formula of run_discrepancy.hpp, with deviations scaled apart at both places.
double formula(const LawPlace& a, const LawPlace& b, double scale_a, double scale_b) {
  const double x = static_cast<double>(a.step) / kRunSteps, y = static_cast<double>(b.step) / kRunSteps;
  const double early = std::sqrt((1 + std::pow(0.15 / x, 4)) * (1 + std::pow(0.15 / y, 4)));
  const double process = kOffset * kOffset * (0.1 + 0.9 * early * std::exp(-std::abs(x - y) / 0.09));
  return scale_a * scale_b * process + a.startup * b.startup;
}

struct Example {
  std::vector<LawPlace> places = {{100, 3e-3, 0}, {180, 2e-3, 0}, {300, 1e-3, 0}, {310, 1e-3, 0}};
  LawPlace later = {600, 5e-4, 4e-4};
  Eigen::MatrixXd errors = (Eigen::MatrixXd(4, 3) << 3e-3, -2e-3, 0, 4e-3, -1e-3, 1e-3, 5e-3, 0, 1e-3, 4e-3, 1e-3,
                            -1e-3)
                               .finished();  // points x draws
};

TEST(RunPosterior, ConditionsAsWholeMatricesDo) {
  const Example example;
  RunPosterior posterior(Discrepancy(kOffset, kRunSteps), 3, 4);
  for (int i = 0; i < 4; ++i)
    posterior.take({example.places[static_cast<std::size_t>(i)], example.errors.row(i), kNoise});
  const RunPosterior::Rest rest = posterior.rest_at(example.later);
  Eigen::MatrixXd likelihood(5, 3);
  for (int k = 0; k < 5; ++k) {
    Eigen::MatrixXd covariance(4, 4);
    Eigen::VectorXd shared(4);
    for (int i = 0; i < 4; ++i) {
      const LawPlace& a = example.places[static_cast<std::size_t>(i)];
      for (int j = 0; j < 4; ++j)
        covariance(i, j) = formula(a, example.places[static_cast<std::size_t>(j)], kScales[k], kScales[k]) +
                           (i == j ? kNoise * kNoise : 0);
      shared[i] = formula(a, example.later, kScales[k], 1);
    }
    const Eigen::MatrixXd inverse = covariance.inverse();
    const double own = formula(example.later, example.later, 1, 1) + example.later.fast * example.later.fast;
    const double deviation = std::sqrt(own - shared.dot(inverse * shared));
    EXPECT_NEAR(rest.deviations[static_cast<std::size_t>(k)], deviation, 1e-9);
    for (int d = 0; d < 3; ++d) {
      EXPECT_NEAR(rest.means(k, d), shared.dot(inverse * example.errors.col(d)), 1e-9);
      const double square = example.errors.col(d).dot(inverse * example.errors.col(d));
      likelihood(k, d) = std::exp(-square / 2) / std::sqrt(covariance.determinant() * 1e24) / kScales[k];
    }
  }
  likelihood /= likelihood.sum();
  const RunPosterior::Weights weights = posterior.weights();
  ASSERT_GE(weights.plain_draws, 1.5) << "nothing was flattened";
  for (int k = 0; k < 5; ++k)
    for (int d = 0; d < 3; ++d) EXPECT_NEAR(weights.values(k, d), likelihood(k, d), 1e-9);
}

TEST(RunPosterior, FlattensWhereFewDrawsRemain) {
  constexpr int kDraws = 1000;
  RunPosterior posterior(Discrepancy(kOffset, kRunSteps), kDraws, 3);
  for (const Step step : {500, 700, 900})
    posterior.take({{step, 0, 0}, Eigen::RowVectorXd::LinSpaced(kDraws, 0, 10), 1e-4});
  const RunPosterior::Weights weights = posterior.weights();
  EXPECT_LT(weights.plain_draws, 10);
  EXPECT_NEAR(weights.draws, RunPosterior::kFewestDraws, 1);
  EXPECT_NEAR(weights.values.sum(), 1, 1e-12);
}

// A single normal: quantiles and the mean beyond one are known in closed form.
TEST(WeightedNormals, OneNormalIsKnown) {
  const WeightedNormals one{Eigen::MatrixXd::Constant(1, 2, 0.5), Eigen::MatrixXd::Constant(1, 2, 3.0), {0.01}};
  const Statistics loss = statistics_of(one);
  EXPECT_NEAR(loss.mean, 3, 1e-12);
  EXPECT_NEAR(loss.standard_deviation, 0.01, 1e-12);
  EXPECT_NEAR(loss.q05, 3 - 0.01 * 1.6448536269514722, 2e-8);
  EXPECT_NEAR(loss.q999, 3 + 0.01 * 3.0902323061678132, 2e-8);
  EXPECT_NEAR(loss.tail_mean, 3 + 0.01 * 2.0627128075074265, 2e-7);  // density at the quantile / 0.05
}

// Two far apart: the quantile lies where the lower one's own does, and the tail is the upper one's.
TEST(WeightedNormals, WeightsCount) {
  const WeightedNormals two{Eigen::RowVector2d(0.9, 0.1), Eigen::RowVector2d(1, 2), {1e-3}};
  EXPECT_NEAR(quantile_of(two, 0.45), 1, 2e-8) << "half of the lower one";
  EXPECT_NEAR(quantile_of(two, 0.95), 2, 2e-8) << "half of the upper one";
  EXPECT_NEAR(statistics_of(two).mean, 1.1, 1e-12);
}

}  // namespace
}  // namespace losscast::test
