#include "fit/size_chain.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <cmath>

#include "losscast/base/contract.hpp"

namespace losscast {

namespace {

constexpr Eigen::Index kParameters = SizeChain::kNames.size(), kSlopes = 2, kState = kParameters + kSlopes;
constexpr Eigen::Index kPlaceOfA = 0, kPlaceOfB = 2;

}  // namespace

SizeChain::SizeChain(const SizeLaw& first) : mean_(kState), covariance_(Eigen::MatrixXd::Zero(kState, kState)) {
  LOSSCAST_EXPECTS(first.mean.size() == kParameters);
  mean_ << first.mean, kSlopeOfA, kSlopeOfB;
  covariance_.topLeftCorner(kParameters, kParameters) = first.covariance;
  covariance_(kParameters, kParameters) = kSlopeOfADeviation * kSlopeOfADeviation;
  covariance_(kParameters + 1, kParameters + 1) = kSlopeOfBDeviation * kSlopeOfBDeviation;
}

void SizeChain::move(double log_ratio) {
  Eigen::MatrixXd step = Eigen::MatrixXd::Identity(kState, kState);
  step(kPlaceOfA, kParameters) = step(kPlaceOfB, kParameters + 1) = log_ratio;
  mean_ = step * mean_;
  covariance_ = step * covariance_ * step.transpose();
  for (Eigen::Index i = 0; i < kParameters; ++i) {
    const double deviation = kSizeDeviations[static_cast<std::size_t>(i)];
    covariance_(i, i) += std::abs(log_ratio) * deviation * deviation;
  }
}

KnownParameters SizeChain::known() const {
  const Eigen::MatrixXd precision = covariance_.topLeftCorner(kParameters, kParameters)
                                        .llt()
                                        .solve(Eigen::MatrixXd::Identity(kParameters, kParameters));
  KnownParameters known;
  for (Eigen::Index i = 0; i < kParameters; ++i) {
    known.names.emplace_back(kNames[static_cast<std::size_t>(i)]);
    known.mean.push_back(mean_(i));
    std::vector<double>& row = known.precision.emplace_back();
    for (Eigen::Index j = 0; j < kParameters; ++j) row.push_back(precision(i, j));
  }
  return known;
}

void SizeChain::update(const SizeLaw& fitted) {
  const Eigen::MatrixXd before = covariance_.topLeftCorner(kParameters, kParameters);
  const Eigen::MatrixXd gain =
      before.llt().solve(covariance_.topRightCorner(kParameters, kSlopes)).transpose();  // slopes x parameters
  mean_.tail(kSlopes) += gain * (fitted.mean - mean_.head(kParameters));
  mean_.head(kParameters) = fitted.mean;
  covariance_.bottomRightCorner(kSlopes, kSlopes) -= gain * (before - fitted.covariance) * gain.transpose();
  covariance_.topLeftCorner(kParameters, kParameters) = fitted.covariance;
  covariance_.bottomLeftCorner(kSlopes, kParameters) = gain * fitted.covariance;
  covariance_.topRightCorner(kParameters, kSlopes) = (gain * fitted.covariance).transpose();
}

}  // namespace losscast
