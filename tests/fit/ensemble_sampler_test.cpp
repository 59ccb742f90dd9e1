#include "fit/ensemble_sampler.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "losscast/base/error.hpp"
#include "tests/fit/synthetic.hpp"
#include "tests/random/statistics.hpp"

namespace losscast::test {
namespace {

using statistics::kSigmas;

constexpr int kDimensions = 9;

Eigen::Map<const Eigen::VectorXd> vector_of(std::span<const double> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

double standard_normal(std::span<const double> x) { return -0.5 * vector_of(x).squaredNorm(); }

EnsembleStart standard_start(Eigen::Index dimensions) {
  return {Eigen::VectorXd::Zero(dimensions), Eigen::MatrixXd::Identity(dimensions, dimensions)};
}

// The same draws with other quantities in the place of their parameters.
template <class Function>
EnsembleDraws transformed(const EnsembleDraws& draws, const Function& function) {
  EnsembleDraws out = draws;
  for (auto& chain : out.chains)
    for (auto& draw : chain) draw = function(draw);
  return out;
}

double mean(const EnsembleDraws& draws, std::size_t quantity) {
  double sum = 0, count = 0;
  for (const auto& chain : draws.chains)
    for (const auto& draw : chain) {
      sum += draw[quantity];
      ++count;
    }
  return sum / count;
}

// How many standard errors, by the effective sample size, the mean of a quantity of known law is from what it should
// be.
double deviation(const EnsembleDraws& draws, std::size_t quantity, double expected, double standard_deviation) {
  const EnsembleDraws alone =
      transformed(draws, [&](const std::vector<double>& draw) { return std::vector<double>{draw[quantity]}; });
  return (mean(alone, 0) - expected) / standard_deviation * std::sqrt(diagnose(alone)[0].bulk_ess);
}

// A normal law of kDimensions whose covariance F F' has the condition number 1e6, in no direction of the coordinates.
Eigen::MatrixXd ill_conditioned_factor() {
  Normals normal(5);
  Eigen::MatrixXd random(kDimensions, kDimensions);
  for (double& x : random.reshaped()) x = normal();
  const Eigen::MatrixXd directions = Eigen::HouseholderQR<Eigen::MatrixXd>(random).householderQ();
  Eigen::VectorXd deviations(kDimensions);
  for (int i = 0; i < kDimensions; ++i) deviations(i) = std::pow(10.0, 3.0 * i / (kDimensions - 1));
  return directions * deviations.asDiagonal();
}

// Draws from that law in its standard coordinates and, behind these, their squares. The sampler starts from a
// covariance that is wrong by a factor of 4 or 1/4 in every direction, and beside the centre.
EnsembleDraws ill_conditioned_draws(std::uint64_t seed, const Move& move = student_move) {
  const Eigen::MatrixXd factor = ill_conditioned_factor(), inverse = factor.inverse();
  Eigen::MatrixXd wrong = factor;
  for (int i = 0; i < kDimensions; ++i) wrong.col(i) *= i % 2 == 0 ? 2 : 0.5;
  const EnsembleStart start = {factor.rowwise().sum(), wrong};
  const auto density = [&](std::span<const double> x) { return -0.5 * (inverse * vector_of(x)).squaredNorm(); };
  const EnsembleDraws draws = sample_ensemble(density, start, {.warm_up = 400, .seed = seed}, move);
  return transformed(draws, [&](const std::vector<double>& draw) {
    const Eigen::VectorXd standard = inverse * vector_of(draw);
    std::vector<double> out(standard.begin(), standard.end());
    for (const double x : standard) out.push_back(x * x);
    return out;
  });
}

// Deviations of all means and second moments.
std::vector<double> ill_conditioned_deviations(const EnsembleDraws& draws) {
  std::vector<double> all;
  for (std::size_t p = 0; p < kDimensions; ++p) {
    all.push_back(deviation(draws, p, 0, 1));
    all.push_back(deviation(draws, kDimensions + p, 1, std::numbers::sqrt2));
  }
  return all;
}

double largest(const std::vector<double>& deviations) {
  double out = 0;
  for (const double z : deviations) out = std::max(out, std::abs(z));
  return out;
}

// Neither larger nor smaller than the effective sample sizes say: the sum of squares of n deviations follows the
// chi-squared law, made normal by the cube root (Wilson & Hilferty 1931).
TEST(EnsembleSampler, HasTheMomentsOfAnIllConditionedNormalLaw) {
  double sum = 0, count = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const EnsembleDraws draws = ill_conditioned_draws(seed);
    const auto deviations = ill_conditioned_deviations(draws);
    EXPECT_LT(largest(deviations), kSigmas) << seed;
    for (const double z : deviations) sum += z * z;
    count += static_cast<double>(deviations.size());
    for (const ParameterDiagnostics& one : diagnose(draws)) EXPECT_LT(one.rhat, 1.01) << seed;
  }
  const double variance = 2 / (9 * count);
  EXPECT_LT(std::abs(std::cbrt(sum / count) - (1 - variance)) / std::sqrt(variance), statistics::kNormalQuantile);
}

// On a normal law the moves are nearly independent: 4,096 draws of 9 parameters are worth half as many at least.
TEST(EnsembleSampler, GivesNearlyIndependentDrawsOfANormalLaw) {
  for (const ParameterDiagnostics& one : diagnose(ill_conditioned_draws(1))) {
    EXPECT_GT(one.bulk_ess, 2048);
    EXPECT_GT(one.tail_ess, 1024);
  }
}

// The fault planted: the proposals' densities are left out, so that the centre is visited too often.
TEST(EnsembleSampler, WithoutTheRatioOfProposalsIsFoundOut) {
  const Move broken = [](const Eigen::VectorXd& from, const MoveLaw& law, WalkerRandom& random) {
    return Proposal{student_move(from, law, random).place, 0};
  };
  EXPECT_GT(largest(ill_conditioned_deviations(ill_conditioned_draws(1, broken))), 2 * kSigmas);
}

// The fault planted: walkers stay where they started.
TEST(EnsembleSampler, WhoseWalkersDoNotMoveIsFoundOut) {
  const Move stuck = [](const Eigen::VectorXd& from, const MoveLaw&, WalkerRandom&) { return Proposal{from, 0}; };
  const EnsemblePlan plan;
  for (const ParameterDiagnostics& one : diagnose(sample_ensemble(standard_normal, standard_start(5), plan, stuck)))
    EXPECT_LT(one.bulk_ess, 2 * plan.chains * plan.walkers);
}

// The fault planted: one of four chains is two standard deviations away from the others. Then the means of the
// half chains have 8 / 7 x 1 / 4 x 3 / 4 x 2^2 times the variance within chains, and R-hat is about sqrt(1.86) = 1.36.
TEST(EnsembleSampler, WhoseChainsAreApartIsFoundOut) {
  EnsembleDraws draws = sample_ensemble(standard_normal, standard_start(5), {});
  EXPECT_LT(diagnose(draws)[0].rhat, 1.01);
  for (auto& draw : draws.chains[0]) draw[0] += 2;
  EXPECT_GT(diagnose(draws)[0].rhat, 1.1);
}

// A ridge: x_1 = kCurvature (x_0^2 - 1) + kWidth e with x_0, e and all others standard normal.
constexpr double kCurvature = 0.5, kWidth = 0.3;

double banana(std::span<const double> x) {
  const double across = (x[1] - kCurvature * (x[0] * x[0] - 1)) / kWidth;
  double sum = x[0] * x[0] + across * across;
  for (std::size_t i = 2; i < x.size(); ++i) sum += x[i] * x[i];
  return -sum / 2;
}

// P(x_1 <= limit), by the trapezoidal rule, which is exact to rounding for such functions.
double banana_probability(double limit) {
  constexpr double kStep = 0x1p-6;
  double sum = 0;
  for (double x = -10; x <= 10; x += kStep) {
    const double density = std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
    sum += kStep * density * statistics::normal_law((limit - kCurvature * (x * x - 1)) / kWidth);
  }
  return sum;
}

TEST(EnsembleSampler, HasTheMarginalsOfACurvedRidge) {
  EnsembleStart start = standard_start(kDimensions);
  start.centre(1) = -kCurvature;
  start.factor(1, 1) = kWidth;
  const EnsembleDraws draws = sample_ensemble(banana, start, {.thinning = 20, .seed = 1});
  const std::vector<double> along = {-1.5, -0.7, 0, 0.7, 1.5}, across = {-0.8, -0.5, 0, 0.6, 1.2};
  const EnsembleDraws below = transformed(draws, [&](const std::vector<double>& draw) {
    std::vector<double> out;
    for (const double limit : along) out.push_back(draw[0] <= limit ? 1 : 0);
    for (const double limit : across) out.push_back(draw[1] <= limit ? 1 : 0);
    return out;
  });
  for (std::size_t i = 0; i < 10; ++i) {
    const double p = i < 5 ? statistics::normal_law(along[i]) : banana_probability(across[i - 5]);
    EXPECT_LT(std::abs(deviation(below, i, p, std::sqrt(p * (1 - p)))), kSigmas) << i;
  }
  for (const ParameterDiagnostics& one : diagnose(draws)) EXPECT_GT(one.bulk_ess, 400);
}

// A Student t law of 5 degrees of freedom: quantiles of Fisher & Yates' table.
TEST(EnsembleSampler, HasTheTailsOfAStudentLaw) {
  constexpr double kFreedom = 5;
  const auto density = [&](std::span<const double> x) {
    return -(kFreedom + kDimensions) / 2 * std::log1p(vector_of(x).squaredNorm() / kFreedom);
  };
  const EnsembleDraws draws = sample_ensemble(density, standard_start(kDimensions), {.seed = 1});
  const std::vector<std::pair<double, double>> quantiles = {{0.75, 0.7267}, {0.95, 2.0150}, {0.99, 3.3649}};
  for (const auto& [probability, quantile] : quantiles) {
    const EnsembleDraws below = transformed(draws, [&, q = quantile](std::vector<double> draw) {
      for (double& x : draw) x = x <= q ? 1 : 0;
      return draw;
    });
    for (std::size_t p = 0; p < kDimensions; ++p)
      EXPECT_LT(std::abs(deviation(below, p, probability, std::sqrt(probability * (1 - probability)))), kSigmas);
  }
}

// The density's end is at the start: of each normal law half is left, with the mean sqrt(2 / pi).
TEST(EnsembleSampler, StaysWithinBounds) {
  const auto half = [](std::span<const double> x) {
    const bool within = std::all_of(x.begin(), x.end(), [](double place) { return place >= 0; });
    return within ? standard_normal(x) : -std::numeric_limits<double>::infinity();
  };
  const EnsembleDraws draws = sample_ensemble(half, standard_start(5), {.seed = 1});
  for (const auto& chain : draws.chains)
    for (const auto& draw : chain)
      for (const double x : draw) ASSERT_GE(x, 0);
  const double expected = std::sqrt(2 / std::numbers::pi);
  for (std::size_t p = 0; p < 5; ++p)
    EXPECT_LT(std::abs(deviation(draws, p, expected, std::sqrt(1 - 2 / std::numbers::pi))), kSigmas);
  const EnsemblePlan plan;
  EXPECT_GT(draws.evaluations, plan.sweeps() * plan.walkers * plan.chains) << "of impossible starting points";
}

TEST(EnsembleSampler, TakesWhatIsNotANumberForImpossible) {
  const auto half = [](std::span<const double> x) { return standard_normal(x) + (x[0] < 0 ? std::nan("") : 0.0); };
  for (const auto& chain : sample_ensemble(half, standard_start(5), {.draws = 128}).chains)
    for (const auto& draw : chain) ASSERT_GE(draw[0], 0);
}

TEST(EnsembleSampler, SaysThatNoStartIsPossible) {
  const EnsemblePlan plan = {.draws = 128};
  const auto nowhere = [](std::span<const double>) { return -std::numeric_limits<double>::infinity(); };
  EXPECT_THROW(sample_ensemble(nowhere, standard_start(5), plan), InputError);
  EXPECT_NO_THROW(sample_ensemble(standard_normal, standard_start(5), plan));
}

TEST(EnsembleSampler, GivesWhatIsPlanned) {
  const EnsemblePlan plan = {.chains = 3, .walkers = 8, .warm_up = 10, .draws = 80, .thinning = 2};
  const EnsembleDraws draws = sample_ensemble(standard_normal, standard_start(6), plan);
  ASSERT_EQ(draws.chains.size(), 3u);
  for (const auto& chain : draws.chains) {
    ASSERT_EQ(chain.size(), 80u);
    for (const auto& draw : chain) ASSERT_EQ(draw.size(), 6u);
  }
  EXPECT_EQ(draws.walkers, 8);
  EXPECT_EQ(draws.evaluations, 3 * 8 * (1 + 10 + 10 * 2)) << "the start, the warm-up, and the draws";
  EXPECT_GT(draws.acceptance, 0);
  EXPECT_LT(draws.acceptance, 1);
}

TEST(EnsembleSampler, GivesTheSameDrawsForAnyNumberOfThreads) {
  const auto draws = [](int threads, std::uint64_t seed) {
    return sample_ensemble(banana, standard_start(kDimensions), {.draws = 128, .seed = seed, .threads = threads})
        .chains;
  };
  const auto one = draws(1, 7);
  EXPECT_EQ(draws(2, 7), one);
  EXPECT_EQ(draws(5, 7), one);
  EXPECT_NE(draws(1, 8), one);
}

// What a chain does has nothing to do with the others.
TEST(EnsembleSampler, HasChainsThatLearnNothingOfOneAnother) {
  const auto chains = sample_ensemble(banana, standard_start(kDimensions), {.draws = 128}).chains;
  const auto alone = sample_ensemble(banana, standard_start(kDimensions), {.chains = 1, .draws = 128}).chains;
  EXPECT_EQ(chains[0], alone[0]);
  EXPECT_NE(chains[0], chains[1]);
}

// Simulation-based calibration (Talts et al. 2018): truths from the prior, one measurement of each, and the truth's
// rank among draws of the posterior, which is uniform. The ranks are among the last places of 15 walkers that are long
// independent of one another. Prior: standard normal; noise: kNoise; posterior: normal, and known.
TEST(EnsembleSampler, IsCalibrated) {
  constexpr int kParameters = 5, kWalkers = 15, kRepetitions = 600;
  constexpr double kNoise = 0.8;
  const EnsemblePlan plan = {.chains = 1, .walkers = kWalkers, .warm_up = 60, .draws = 8 * kWalkers, .threads = 1};
  std::vector<std::vector<std::uint64_t>> ranks(kParameters, std::vector<std::uint64_t>(kWalkers + 1, 0));
  Normals normal(3);
  for (int repetition = 0; repetition < kRepetitions; ++repetition) {
    Eigen::VectorXd truth(kParameters), measured(kParameters);
    for (double& x : truth) x = normal();
    for (int p = 0; p < kParameters; ++p) measured(p) = truth(p) + kNoise * normal();
    const auto density = [&](std::span<const double> x) {
      return standard_normal(x) - (measured - vector_of(x)).squaredNorm() / (2 * kNoise * kNoise);
    };
    EnsemblePlan own = plan;
    own.seed = static_cast<std::uint64_t>(repetition);
    const auto chain = sample_ensemble(density, standard_start(kParameters), own).chains[0];
    for (std::size_t p = 0; p < kParameters; ++p)
      ++ranks[p][static_cast<std::size_t>(std::count_if(chain.end() - kWalkers, chain.end(), [&](const auto& draw) {
        return draw[p] < truth(static_cast<Eigen::Index>(p));
      }))];
  }
  for (const auto& counts : ranks)
    EXPECT_LT(std::abs(statistics::chi_square_deviation(counts)), statistics::kNormalQuantile);
}

}  // namespace
}  // namespace losscast::test
