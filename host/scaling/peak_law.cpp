#include "losscast/scaling/peak_law.hpp"

#include <ceres/ceres.h>

#include <Eigen/QR>
#include <algorithm>
#include <cmath>

#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "scaling/least_squares.hpp"
#include "scaling/peak_formula.hpp"

namespace losscast {

namespace {

constexpr std::array<NormalPrior, 5> kPriors = {{{-6, 5}, {-0.7, 0.5}, {0.27, 0.3}, {-5.8, 5}, {-0.2, 0.5}}};
constexpr double kScale = 0.35;  // of ln LR, about a step of the usual grids
constexpr double kWeight = 3;    // of a sweep of usual curvature
constexpr double kUsualCurvature = 0.02, kLeastCurvature = 0.004, kMostCurvature = 0.05;
constexpr double kFlat = 1e-4;  // curvature below which a parabola says nothing

struct Residual {
  RunFeatures run;
  SweepBest best;

  template <class T>
  bool operator()(const T* constants, T* residual) const {
    const T off = log_best_lr(constants, run) - best.log_lr;
    const bool agrees = (best.at_low_end && off < 0.0) || (best.at_high_end && off > 0.0);
    *residual = agrees ? T(0) : off / kScale;
    return is_number(*residual);
  }
};

RunFeatures features_of(const LrSweep& sweep) {
  return losscast::features_of({sweep.params, sweep.tokens, sweep.batch, 1});
}

double log_lr(const FinishedRun& run) { return std::log(run.setting.peak_lr); }

// Constant, slope and curvature of the weighed parabola through some runs, about one of them.
Eigen::Vector3d parabola(std::span<const FinishedRun> runs, const FinishedRun& middle) {
  constexpr double kFarAbove = 0.03;  // nats
  const auto count = static_cast<Eigen::Index>(runs.size());
  Eigen::MatrixXd terms(count, 3);
  Eigen::VectorXd losses(count);
  for (Eigen::Index i = 0; i < count; ++i) {
    const FinishedRun& run = runs[static_cast<std::size_t>(i)];
    const double x = log_lr(run) - log_lr(middle), excess = run.final_loss - middle.final_loss;
    const double weight = 1 / std::sqrt(1 + excess * excess / (kFarAbove * kFarAbove));
    terms.row(i) = weight * Eigen::RowVector3d(1, x, x * x);
    losses[i] = weight * excess;
  }
  return terms.colPivHouseholderQr().solve(losses);
}

}  // namespace

double PeakLaw::best_lr(double params, double tokens, double batch) const {
  LOSSCAST_EXPECTS(params > 0 && tokens > 0 && batch > 0);
  return std::exp(log_best_lr(constants.data(), losscast::features_of({params, tokens, batch, 1})));
}

bool has_peak(const LrSweep& sweep) {
  int different = 1;
  for (std::size_t i = 1; i < sweep.runs.size(); ++i)
    different += sweep.runs[i].setting.peak_lr > sweep.runs[i - 1].setting.peak_lr ? 1 : 0;
  return different >= 3;
}

SweepBest best_of_sweep(const LrSweep& sweep) {
  LOSSCAST_EXPECTS(has_peak(sweep));
  constexpr std::ptrdiff_t kEachSide = 3;
  const auto lowest = std::ranges::min_element(sweep.runs, {}, &FinishedRun::final_loss);
  const auto begin = lowest - std::min(kEachSide, lowest - sweep.runs.begin());
  const auto end = lowest + std::min(kEachSide + 1, sweep.runs.end() - lowest);
  SweepBest best{.log_lr = log_lr(*lowest), .curvature = kFlat, .grid_lr = lowest->setting.peak_lr};
  best.at_low_end = best.grid_lr == sweep.runs.front().setting.peak_lr;
  best.at_high_end = !sweep.bounded_above && best.grid_lr == sweep.runs.back().setting.peak_lr;
  const Eigen::Vector3d fitted = parabola({begin, end}, *lowest);
  if (!(fitted[2] >= kFlat)) return best;
  best.curvature = fitted[2];
  if (!best.at_low_end && !best.at_high_end)
    best.log_lr =
        std::clamp(best.log_lr - fitted[1] / (2 * fitted[2]), log_lr(*begin) - kScale, log_lr(*(end - 1)) + kScale);
  return best;
}

PeakLaw fit_peak_law(std::span<const LrSweep> sweeps) {
  PeakLaw law;
  ceres::Problem problem;
  start_at_priors(problem, kPriors, law.constants);
  const int with_priors = problem.NumResidualBlocks();
  for (const LrSweep& sweep : sweeps) {
    if (!has_peak(sweep)) continue;
    const SweepBest best = best_of_sweep(sweep);
    const double weight = std::clamp(best.curvature, kLeastCurvature, kMostCurvature) / kUsualCurvature;
    problem.AddResidualBlock(new ceres::AutoDiffCostFunction<Residual, 1, 5>(new Residual{features_of(sweep), best}),
                             new ceres::ScaledLoss(new ceres::SoftLOneLoss(1), kWeight * weight, ceres::TAKE_OWNERSHIP),
                             law.constants.data());
  }
  if (problem.NumResidualBlocks() == with_priors)
    throw InputError("no size, tokens and batch were run at three LRs or more without divergence",
                     "the best LR is seen by comparing LRs", "run some more LRs");
  solve(problem);
  return law;
}

}  // namespace losscast
