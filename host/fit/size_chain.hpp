// What is known of the law's parameters while model sizes are fitted one after another: a Kalman filter in ln N.
//
// Constants: docs/scaling.md, section 7.
#pragma once

#include <Eigen/Core>
#include <array>
#include <string>
#include <vector>

#include "losscast/fit/known_parameters.hpp"

namespace losscast {

// Parameters of the law as a size's fit leaves them: normal, of their logarithms.
struct SizeLaw {
  Eigen::VectorXd mean;  // in the order of SizeChain::kNames
  Eigen::MatrixXd covariance;
};

class SizeChain {
 public:
  static constexpr std::array<const char*, 6> kNames = {"A", "alpha", "B", "k_max", "n0", "q"};

  // Where the slopes of ln A and ln B in ln N stand in mean() and covariance().
  static constexpr Eigen::Index kSlopeOfAAt = kNames.size(), kSlopeOfBAt = kSlopeOfAAt + 1;

  // After the first size has been fitted.
  explicit SizeChain(const SizeLaw& first);

  // From a size to another one whose logarithm is so much larger.
  void move(double log_ratio);

  // What is known before the size is fitted.
  KnownParameters known() const;

  // After it has been.
  void update(const SizeLaw& fitted);

  // Of the parameters and, behind them, of the slopes.
  const Eigen::VectorXd& mean() const { return mean_; }
  const Eigen::MatrixXd& covariance() const { return covariance_; }

 private:
  Eigen::VectorXd mean_;
  Eigen::MatrixXd covariance_;
};

// How far a parameter may move beside the slopes, per square root of a unit of ln N.
inline constexpr std::array<double, 6> kSizeDeviations = {0.03, 0.02, 0.06, 0.2, 0.2, 0.04};

// The slopes of ln A and of ln B before any size has told them.
inline constexpr double kSlopeOfA = 0.05, kSlopeOfADeviation = 0.02;
inline constexpr double kSlopeOfB = 0.12, kSlopeOfBDeviation = 0.04;

}  // namespace losscast
