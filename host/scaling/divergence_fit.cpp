// The fit of the divergence law: Newton's method at each S0, and draws from Laplace's approximation.
#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"
#include "losscast/scaling/divergence_law.hpp"
#include "scaling/divergence_formula.hpp"

namespace losscast {

namespace {

using Matrix = Eigen::Matrix<double, 6, 6>;

const DivergenceVector kCentres = {0, 9, 2, 4, 2, 0};
const DivergenceVector kDeviations = {1000, 6, 3, 4, 3, 1.5};
constexpr double kBorderCentre = 3e4, kBorderDeviation = 0.5, kBorderRatio = 1.1;
constexpr int kBordersEachSide = 8;

// Groups of Stream::scaling; those below are those of the draws of a ScalingFit.
constexpr std::uint32_t kBorderGroup = 2, kWeightsGroup = 3;

// ln(1 + e^z)
double softplus(double z) { return std::max(z, 0.0) + std::log1p(std::exp(-std::abs(z))); }

// The runs as rows of the terms at one S0.
struct Likelihood {
  Eigen::Matrix<double, Eigen::Dynamic, 6> terms;
  Eigen::VectorXd diverged;

  Likelihood(std::span<const FinishedRun> runs, double border) : terms(runs.size(), 6), diverged(runs.size()) {
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const auto row = static_cast<Eigen::Index>(i);
      terms.row(row) = divergence_terms(runs[i].setting, border).transpose();
      diverged[row] = runs[i].diverged ? 1 : 0;
    }
  }

  double cost(const DivergenceVector& weights) const {
    const Eigen::VectorXd z = terms * weights;
    const DivergenceVector off = (weights - kCentres).cwiseQuotient(kDeviations);
    return z.unaryExpr(&softplus).sum() - diverged.dot(z) + off.squaredNorm() / 2;
  }

  DivergenceVector slope(const DivergenceVector& weights) const {
    const Eigen::VectorXd p = (terms * weights).unaryExpr(&logistic);
    return terms.transpose() * (p - diverged) +
           (weights - kCentres).cwiseQuotient(kDeviations.cwiseProduct(kDeviations));
  }

  Matrix curvature(const DivergenceVector& weights) const {
    const Eigen::VectorXd p = (terms * weights).unaryExpr(&logistic);
    Matrix sum = terms.transpose() * p.cwiseProduct(Eigen::VectorXd::Ones(p.size()) - p).asDiagonal() * terms;
    sum.diagonal() += kDeviations.cwiseProduct(kDeviations).cwiseInverse();
    return sum;
  }
};

DivergenceVector best_weights(const Likelihood& likelihood) {
  constexpr int kMostSteps = 60;
  constexpr double kEnough = 1e-10, kShortest = 1e-6;
  DivergenceVector weights = kCentres;
  double cost = likelihood.cost(weights);
  for (int i = 0; i < kMostSteps; ++i) {
    const DivergenceVector step = likelihood.curvature(weights).llt().solve(likelihood.slope(weights));
    double length = 1;
    while (length > kShortest && !(likelihood.cost(weights - length * step) <= cost)) length /= 2;
    weights -= length * step;
    const double before = cost;
    cost = likelihood.cost(weights);
    if (std::abs(before - cost) < kEnough) break;
  }
  return weights;
}

// What is known of the weights at one S0.
struct Posterior {
  double border;
  DivergenceVector mode;
  Eigen::LLT<Matrix> curvature;
  double cost;
  double weight;  // of this S0

  DivergenceParameters parameters(const DivergenceVector& weights) const {
    DivergenceParameters found{.weights = {}, .border_steps = border};
    std::ranges::copy(weights, found.weights.begin());
    return found;
  }
};

Posterior posterior_at(std::span<const FinishedRun> runs, double border) {
  const Likelihood likelihood(runs, border);
  const DivergenceVector mode = best_weights(likelihood);
  const double off = std::log(border / kBorderCentre) / kBorderDeviation;
  return {border, mode, likelihood.curvature(mode).llt(), likelihood.cost(mode) + off * off / 2, 0};
}

std::vector<Posterior> posteriors(std::span<const FinishedRun> runs) {
  std::vector<Posterior> all;
  std::vector<double> evidence;  // its negative logarithm
  for (int j = -kBordersEachSide; j <= kBordersEachSide; ++j) {
    all.push_back(posterior_at(runs, kBorderCentre * std::pow(kBorderRatio, j)));
    evidence.push_back(all.back().cost + Matrix(all.back().curvature.matrixL()).diagonal().array().log().sum());
  }
  const double best = *std::ranges::min_element(evidence);
  double sum = 0;
  for (std::size_t i = 0; i < all.size(); ++i) sum += all[i].weight = std::exp(best - evidence[i]);
  for (Posterior& one : all) one.weight /= sum;
  return all;
}

const Posterior& drawn_posterior(std::span<const Posterior> all, std::uint64_t seed, std::uint64_t number) {
  const RandomBits bits = random_bits(seed, Stream::scaling, number, 0, kBorderGroup);
  double left = static_cast<double>(open_uniform(bits.word[0]));
  for (const Posterior& one : all)
    if ((left -= one.weight) <= 0) return one;
  return all.back();
}

DivergenceParameters draw(std::span<const Posterior> all, std::uint64_t seed, std::uint64_t number) {
  const Posterior& chosen = drawn_posterior(all, seed, number);
  float normals[8];
  for (std::uint32_t half = 0; half < 2; ++half) {
    float four[4];
    normals4(random_bits(seed, Stream::scaling, number, half, kWeightsGroup), four);
    std::ranges::copy(four, normals + 4 * half);
  }
  const DivergenceVector off = Eigen::Map<const Eigen::Matrix<float, 6, 1>>(normals).cast<double>();
  return chosen.parameters(chosen.mode + chosen.curvature.matrixU().solve(off));
}

}  // namespace

std::optional<RunDivergenceLaw> fit_divergence(std::span<const FinishedRun> runs, const DivergenceOptions& options) {
  const auto diverged = std::ranges::count(runs, true, &FinishedRun::diverged);
  if (diverged == 0 || diverged == std::ssize(runs)) return std::nullopt;
  const std::vector<Posterior> all = posteriors(runs);
  const Posterior& best = *std::ranges::min_element(all, {}, &Posterior::cost);
  if (!(best.mode[kLrWeight] > 0)) return std::nullopt;
  RunDivergenceLaw law;
  law.mode = best.parameters(best.mode);
  law.cost = best.cost;
  for (int i = 0; i < options.draws; ++i) {
    const DivergenceParameters one = draw(all, options.seed, static_cast<std::uint64_t>(i));
    if (one.weights[kLrWeight] > 0) law.draws.push_back(one);  // else P would fall as the LR grows
  }
  return law;
}

}  // namespace losscast
