// What the divergence law's weights are multiplied with.
#pragma once

#include <Eigen/Core>

#include "scaling/run_features.hpp"

namespace losscast {

// The weight that grows P with the LR.
inline constexpr int kLrWeight = 1;

using DivergenceVector = Eigen::Matrix<double, 6, 1>;

// 1 for runs of few steps, 0 for runs of many; the change lies at `border` steps.
inline double shortness(double steps, double border) {
  constexpr double kSharpness = 8;
  return 1 / (1 + std::pow(steps / border, kSharpness));
}

inline DivergenceVector divergence_terms(const RunSetting& setting, double border_steps) {
  const RunFeatures run = features_of(setting);
  const double is_short = shortness(setting.steps(), border_steps);
  return {1, run.lr, run.params, is_short, run.small_batch, run.params * is_short};
}

inline double logistic(double z) { return 1 / (1 + std::exp(-z)); }

}  // namespace losscast
