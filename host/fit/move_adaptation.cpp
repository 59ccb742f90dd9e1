#include "fit/move_adaptation.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace losscast {

void MoveAdaptation::note(const Eigen::VectorXd& place, bool moved) {
  places_.push_back(law_.standardised(place));
  ++noted_;
  if (moved) ++moved_;
}

void MoveAdaptation::adapt_step(int sweep) {
  constexpr double kAcceptance = 0.234;
  const double excess = static_cast<double>(moved_) / noted_ - kAcceptance;
  informative_ += moved_ * law_.step * law_.step;
  law_.step = std::min(1.0, law_.step * std::exp(excess / std::sqrt(static_cast<double>(sweep))));
  noted_ = moved_ = 0;
}

void MoveAdaptation::adapt_law() {
  const Eigen::Index size = law_.centre.size();
  const auto count = static_cast<double>(places_.size());
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(size);
  for (const Eigen::VectorXd& u : places_) mean += u / count;
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(size, size);
  double fourth_moment = 0;
  for (const Eigen::VectorXd& u : places_) {
    const Eigen::VectorXd from_mean = u - mean;
    covariance += from_mean * from_mean.transpose() / count;
    fourth_moment += from_mean.squaredNorm() * from_mean.squaredNorm() / count;
  }
  const Eigen::MatrixXd unit = Eigen::MatrixXd::Identity(size, size);
  // Sums over all elements: the variance of the estimate, and its squared distance from the present covariance.
  const double noise = (fourth_moment - covariance.squaredNorm()) / informative_;
  const double distance = (covariance - unit).squaredNorm();
  const double weight = noise < distance ? 1 - noise / distance : 0;
  const Eigen::MatrixXd drawn = weight * covariance + (1 - weight) * unit;
  law_.centre = law_.place_of(mean);
  law_.factor = (law_.factor * drawn.llt().matrixL().toDenseMatrix()).eval();
  places_.clear();
  informative_ = 1;
}

}  // namespace losscast
