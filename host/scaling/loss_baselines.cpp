#include "scaling/loss_baselines.hpp"

#include <ceres/ceres.h>

#include <Eigen/Core>
#include <cmath>

#include "scaling/least_squares.hpp"
#include "scaling/run_features.hpp"

namespace losscast {

namespace {

constexpr std::array<NormalPrior, 5> kPriors = {{{1.6, 1}, {-0.6, 1.7}, {0.34, 0.33}, {-1.05, 1.7}, {0.3, 0.33}}};

template <class T>
T power_law(const T* value, const RunFeatures& run) {
  using std::exp;
  return value[0] + exp(value[1] - value[2] * run.params) + exp(value[3] - value[4] * run.tokens);
}

struct Residual {
  RunFeatures run;
  double loss;

  template <class T>
  bool operator()(const T* values, T* residual) const {
    constexpr double kScale = 0.02;  // nats
    *residual = (power_law(values, run) - loss) / kScale;
    return is_number(*residual);
  }
};

// Weights of the differences in ln of size, tokens, batch and LR.
const std::array<Eigen::Vector4d, 6> kMetrics = {
    {{1, 1, 1, 1}, {.3, 1, .3, 1}, {.3, 2, .3, 1}, {1, 3, 1, 3}, {0, 3, .3, 1}, {0, 1, 1, 3}}};

Eigen::Vector4d place_of(const FinishedRun& run) {
  const RunFeatures features = features_of(run.setting);
  return {features.params, features.tokens, features.batch, features.lr};
}

std::vector<Eigen::Vector4d> places_of(std::span<const FinishedRun> runs) {
  std::vector<Eigen::Vector4d> places;
  for (const FinishedRun& run : runs) places.push_back(place_of(run));
  return places;
}

// Runs that went well, and where they lie.
struct PlacedLosses {
  std::vector<Eigen::Vector4d> places;
  std::vector<double> losses;

  explicit PlacedLosses(std::span<const FinishedRun> runs) {
    for (const FinishedRun& run : runs) {
      if (run.diverged) continue;
      places.push_back(place_of(run));
      losses.push_back(run.best_known_loss());
    }
  }

  double nearest(const Eigen::Vector4d& asked, const Eigen::Vector4d& metric) const {
    double least = INFINITY, loss = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
      const double far = metric.cwiseProduct(places[i] - asked).squaredNorm();
      if (far >= least) continue;
      least = far;
      loss = losses[i];
    }
    return loss;
  }
};

}  // namespace

std::vector<double> power_law_losses(std::span<const FinishedRun> runs, std::span<const FinishedRun> asked) {
  std::array<double, 5> values;
  ceres::Problem problem;
  start_at_priors(problem, kPriors, values);
  for (const FinishedRun& run : runs)
    if (!run.diverged)
      problem.AddResidualBlock(new ceres::AutoDiffCostFunction<Residual, 1, 5>(
                                   new Residual{features_of(run.setting), run.best_known_loss()}),
                               new ceres::SoftLOneLoss(1), values.data());
  solve(problem);
  std::vector<double> losses;
  for (const FinishedRun& run : asked) losses.push_back(power_law(values.data(), features_of(run.setting)));
  return losses;
}

std::vector<double> neighbour_losses(std::span<const FinishedRun> runs, std::span<const FinishedRun> asked) {
  const PlacedLosses known(runs);
  const std::vector<Eigen::Vector4d> places = places_of(asked);
  std::vector<double> best;
  double least = INFINITY;
  for (const Eigen::Vector4d& metric : kMetrics) {
    std::vector<double> losses;
    double error = 0;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      losses.push_back(known.nearest(places[i], metric));
      error += std::abs(losses.back() - asked[i].best_known_loss());
    }
    if (error >= least) continue;
    least = error;
    best = std::move(losses);
  }
  return best;
}

}  // namespace losscast
