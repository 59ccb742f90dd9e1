// Fits across sizes: the filter against conditioning all sizes at once, and sizes forecast from others whose laws are
// known.
#include "losscast/fit/size_fit.hpp"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <Eigen/LU>

#include "fit/fit_problem.hpp"
#include "fit/objective.hpp"
#include "fit/size_chain.hpp"
#include "losscast/base/error.hpp"
#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

constexpr Eigen::Index kParameters = SizeChain::kNames.size(), kState = kParameters + 2;

Eigen::MatrixXd spread_matrix(double scale) {
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Identity(kParameters, kParameters);
  for (Eigen::Index i = 0; i + 1 < kParameters; ++i) matrix(i, i + 1) = matrix(i + 1, i) = 0.3;
  return scale * scale * matrix;
}

// Two moves with a measurement of the parameters between them, against the formula of conditioning normal variates.
TEST(SizeChain, ConditionsItsSlopesOnWhatASizeTells) {
  const Eigen::VectorXd first = Eigen::VectorXd::LinSpaced(kParameters, -1, 1);
  SizeChain chain({first, spread_matrix(0.1)});
  const double ratio = std::log(4.0);
  chain.move(ratio);
  const Eigen::VectorXd mean = chain.mean();
  const Eigen::MatrixXd before = chain.covariance();
  EXPECT_NEAR(mean(0), first(0) + kSlopeOfA * ratio, 1e-12);
  EXPECT_NEAR(mean(2), first(2) + kSlopeOfB * ratio, 1e-12);
  EXPECT_NEAR(before(0, 0), 0.01 + std::pow(ratio * kSlopeOfADeviation, 2) + ratio * 0.03 * 0.03, 1e-12);
  EXPECT_NEAR(before(0, kParameters), ratio * kSlopeOfADeviation * kSlopeOfADeviation, 1e-12);

  // The size is measured with this covariance: its posterior, and the whole state conditioned on the measurement.
  const Eigen::VectorXd measured = mean.head(kParameters) + Eigen::VectorXd::Constant(kParameters, 0.05);
  const Eigen::MatrixXd noise = spread_matrix(0.02), own = before.topLeftCorner(kParameters, kParameters);
  const Eigen::MatrixXd gain = before.leftCols(kParameters) * (own + noise).inverse();
  const Eigen::VectorXd expected = mean + gain * (measured - mean.head(kParameters));
  const Eigen::MatrixXd after = before - gain * before.topRows(kParameters);
  chain.update({expected.head(kParameters), after.topLeftCorner(kParameters, kParameters)});
  EXPECT_LT((chain.mean() - expected).norm(), 1e-10);
  EXPECT_LT((chain.covariance() - after).norm(), 1e-10);
}

TEST(SizeChain, IsLessSureFartherAway) {
  const SizeLaw law{Eigen::VectorXd::Zero(kParameters), spread_matrix(0.1)};
  SizeChain near(law), far(law);
  near.move(1);
  far.move(-3);
  for (Eigen::Index i = 0; i < kState; ++i) EXPECT_LE(near.covariance()(i, i), far.covariance()(i, i)) << i;
  EXPECT_LT(far.mean()(0), law.mean(0)) << "smaller models";
}

TEST(JointPrior, HasTheDerivativesOfItsTerms) {
  const SdeModel& model = find_model("adamw");
  const std::vector<double> truth = typical_parameters(model);
  const std::vector<Curve> curves = informative_curves(model, truth, {.every = 1000, .noise = 1e-3});
  SizeChain chain({Eigen::VectorXd::Constant(kParameters, -1), spread_matrix(0.2)});
  const FitProblem problem = make_problem(curves, model, {.known = chain.known()});
  std::vector<double> at = to_coordinates(problem, truth), terms, slopes, up, down;
  ASSERT_TRUE(objective_terms(problem, at, terms, &slopes));
  ASSERT_EQ(terms.size(), objective_size(problem));
  const std::size_t n = at.size(), joint = terms.size() - SizeChain::kNames.size();
  constexpr double kStep = 1e-5;
  for (std::size_t k = 0; k < n; ++k) {
    const double here = at[k];
    at[k] = here + kStep;
    objective_terms(problem, at, up);
    at[k] = here - kStep;
    objective_terms(problem, at, down);
    at[k] = here;
    for (std::size_t row = joint; row < terms.size(); ++row)
      EXPECT_NEAR(slopes[row * n + k], (up[row] - down[row]) / (2 * kStep), 1e-6) << row << " " << k;
  }
  // Their squares are those of the joint prior: 9 (c - m)' P (c - m).
  double squares = 0, expected = 0;
  for (std::size_t row = joint; row < terms.size(); ++row) squares += terms[row] * terms[row];
  const KnownParameters known = chain.known();
  const auto off = [&](std::size_t i) { return at[problem.joint->coordinates[i]] - known.mean[i]; };
  for (std::size_t i = 0; i < known.mean.size(); ++i)
    for (std::size_t j = 0; j < known.mean.size(); ++j) expected += 9 * off(i) * known.precision[i][j] * off(j);
  EXPECT_NEAR(squares, expected, 1e-9 * expected);
}

// The law of a size, as the slopes and a level that falls with size have it.
std::vector<double> law_of_size(double params) {
  std::vector<double> law = typical_parameters(find_model("adamw"));
  const double ratio = std::log(params / 25e6);
  law[0] = 1.8 + 1.2 * std::pow(params / 25e6, -0.3);
  law[1] *= std::exp(kSlopeOfA * ratio);
  law[3] *= std::exp(kSlopeOfB * ratio);
  return law;
}

std::vector<Curve> runs_of_size(double params) {
  std::vector<Curve> curves = informative_curves(find_model("adamw"), law_of_size(params), {.noise = 5e-4});
  for (Curve& curve : curves) {
    curve.params = params;
    curve.name += std::to_string(static_cast<int>(params / 1e6));
  }
  return curves;
}

double end_of(const Fit& fit, const Schedule& schedule) {
  const Step steps[] = {kSteps};
  return fitted_law(fit, schedule, 0.1, steps).front();
}

void expect_ends(const Fit& fit, double params, double within) {
  const Fit truth = known_fit(find_model("adamw"), law_of_size(params));
  for (const Schedule& schedule : {constant(), cosine(), wsd()})
    EXPECT_NEAR(end_of(fit, schedule), end_of(truth, schedule), within);
}

TEST(SizeFit, ForecastsASizeFromTheBeginningOfOneRun) {
  std::vector<Curve> curves = runs_of_size(25e6);
  Curve begun = runs_of_size(100e6).front();
  std::erase_if(begun.points, [](const CurvePoint& point) { return point.step > kSteps / 4; });
  curves.push_back(begun);
  const Fit fit = fit_at_size(curves, find_model("adamw"), 100e6);
  EXPECT_EQ(fit.params, 100e6);
  expect_ends(fit, 100e6, 4e-3);
}

TEST(SizeFit, ForecastsASizeThatWasNeverTrained) {
  std::vector<Curve> curves = runs_of_size(25e6);
  for (const Curve& curve : runs_of_size(100e6)) curves.push_back(curve);
  const Fit fit = fit_at_size(curves, find_model("adamw"), 400e6);
  const Fit truth = known_fit(find_model("adamw"), law_of_size(400e6));
  const double deviation = fit.parameters[0].standard_error;
  EXPECT_GT(deviation, 0.005) << "of L0, of which two sizes do not tell how it goes on";
  EXPECT_NEAR(end_of(fit, cosine()), end_of(truth, cosine()), 3 * deviation);
  // What differs between schedules is not the level.
  EXPECT_NEAR(end_of(fit, constant()) - end_of(fit, cosine()), end_of(truth, constant()) - end_of(truth, cosine()),
              0.2 * (end_of(truth, constant()) - end_of(truth, cosine())));
}

std::vector<double> draws_of(const Fit& fit, std::size_t parameter) {
  std::vector<double> values;
  for (const std::vector<double>& draw : fit.draws) values.push_back(draw[parameter]);
  return values;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<Eigen::Index>(a.size());
  const Eigen::ArrayXd x = Eigen::Map<const Eigen::ArrayXd>(a.data(), n),
                       y = Eigen::Map<const Eigen::ArrayXd>(b.data(), n);
  const Eigen::ArrayXd off_x = x - x.mean(), off_y = y - y.mean();
  return (off_x * off_y).sum() / std::sqrt((off_x * off_x).sum() * (off_y * off_y).sum());
}

// Draws hang together where the same law was moved, and nowhere else.
TEST(SizeFit, FitsSeveralSizes) {
  const std::vector<Curve> curves = {runs_of_size(25e6)[2], runs_of_size(100e6)[2]};
  const SdeModel& model = find_model("adamw");
  const std::vector<double> sizes = {25e6, 100e6, 200e6, 400e6};
  const std::vector<Fit> fits = fit_at_sizes(curves, model, sizes);
  ASSERT_EQ(fits.size(), sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    EXPECT_EQ(fits[i].params, sizes[i]);
    EXPECT_EQ(fits[i].moved_from, i < 2 ? std::optional<double>() : 100e6);
    EXPECT_EQ(fits[i].seen.params_min, 25e6);
    EXPECT_EQ(fits[i].seen.params_max, 100e6);
  }
  EXPECT_GT(correlation(draws_of(fits[2], 0), draws_of(fits[3], 0)), 0.9) << "L0 of two sizes moved from one";
  EXPECT_LT(std::abs(correlation(draws_of(fits[0], 0), draws_of(fits[1], 0))), 0.1) << "of two that were trained";
}

// What is said of runs is said of those of all sizes: only the other size has runs that decay.
TEST(SizeFit, WarnsOfTheRunsOfAllSizes) {
  const std::vector<Curve> curves = {runs_of_size(25e6)[2], runs_of_size(100e6)[0]};
  const auto says = [](const Fit& fit, const std::string& part) {
    return std::ranges::any_of(fit.warnings, [&](const std::string& one) { return one.find(part) != one.npos; });
  };
  const Fit fit = fit_at_size(curves, find_model("adamw"), 100e6);
  for (const char* part : {"same model size", "differ in model size", "holds its LR constant"})
    EXPECT_FALSE(says(fit, part)) << part;
  EXPECT_TRUE(says(fit, "every training run has the peak LR")) << "true of all";
}

TEST(SizeFit, RefusesSizesThatLoseByGrowing) {
  std::vector<Curve> curves = {runs_of_size(25e6)[0], runs_of_size(25e6)[1], runs_of_size(100e6)[0],
                               runs_of_size(100e6)[1]};
  for (Curve& curve : curves) curve.params = *curve.params == 25e6 ? 100e6 : 25e6;
  EXPECT_THROW(fit_at_size(curves, find_model("adamw"), 400e6), InputError);
}

TEST(SizeFit, RefusesWhatSaysNothingOfTheSize) {
  const SdeModel& model = find_model("adamw");
  const auto message = [&](const std::vector<Curve>& curves, const SdeModel& of) -> std::string {
    try {
      fit_at_size(curves, of, 100e6);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  std::vector<Curve> curves = runs_of_size(25e6);
  EXPECT_NE(message(curves, model).find("no curve is of 1e+08 parameters"), std::string::npos);
  EXPECT_NE(message(curves, find_model("power")).find("model power is not fitted across sizes"), std::string::npos);
  std::vector<Curve> near = curves;
  for (Curve curve : runs_of_size(25e6)) {
    curve.params = 26e6;
    curve.name += "near";
    near.push_back(curve);
  }
  EXPECT_NE(message(near, model).find("are too near to each other"), std::string::npos);
  for (Curve& curve : near) curve.params = *curve.params == 26e6 ? 2e6 : 1e6;
  EXPECT_NE(message(near, model).find("too far from the nearest size"), std::string::npos);
  curves[0].params.reset();
  EXPECT_NE(message(curves, model).find("it does not say its params"), std::string::npos);
}

}  // namespace
}  // namespace losscast::test
