#include "features/ridge_problem.hpp"

#include <cmath>

#include "losscast/base/contract.hpp"

namespace losscast {

RidgeProblem::RidgeProblem(Eigen::MatrixXd x) {
  LOSSCAST_EXPECTS(x.rows() > 0);
  // A regressor that varies by rounding alone says nothing.
  constexpr double kLeastSpread = 1e-9;
  centres_ = x.colwise().mean().transpose();
  x.rowwise() -= centres_.transpose();
  spreads_ = (x.colwise().squaredNorm() / static_cast<double>(x.rows())).cwiseSqrt().transpose();
  for (Eigen::Index j = 0; j < x.cols(); ++j) {
    if (spreads_[j] <= kLeastSpread * std::max(1.0, std::abs(centres_[j]))) {
      spreads_[j] = 0;
      x.col(j).setZero();
    } else {
      x.col(j) /= spreads_[j];
    }
  }
  const Eigen::JacobiSVD<Eigen::MatrixXd> decomposition(x, Eigen::ComputeThinU | Eigen::ComputeThinV);
  left_ = decomposition.matrixU();
  right_ = decomposition.matrixV();
  values_ = decomposition.singularValues();
}

std::size_t RidgeProblem::varying() const { return static_cast<std::size_t>((spreads_.array() > 0).count()); }

Eigen::VectorXd RidgeProblem::left_out(const Eigen::VectorXd& targets, double penalty) const {
  const double mean = targets.mean(), count = static_cast<double>(targets.size());
  const Eigen::ArrayXd kept = values_.array().square() / (values_.array().square() + penalty);
  const Eigen::VectorXd fitted = left_ * (kept * (left_.transpose() * targets).array()).matrix();
  const Eigen::ArrayXd leverage = 1 / count + (left_.array().square().matrix() * kept.matrix()).array();
  const Eigen::ArrayXd residual = targets.array() - mean - fitted.array();
  return (targets.array() - residual / (1 - leverage).max(1e-12)).matrix();
}

Eigen::VectorXd RidgeProblem::forecasts(const Eigen::VectorXd& targets, double penalty,
                                        const Eigen::MatrixXd& rows) const {
  const Eigen::ArrayXd scale = (spreads_.array() > 0).select(1 / spreads_.array(), 0);
  const Eigen::VectorXd slopes = (scale * weights(targets, penalty).array()).matrix();
  return ((rows.rowwise() - centres_.transpose()) * slopes).array() + targets.mean();
}

Eigen::VectorXd RidgeProblem::weights(const Eigen::VectorXd& targets, double penalty) const {
  const Eigen::ArrayXd scaled = values_.array() / (values_.array().square() + penalty);
  return right_ * (scaled * (left_.transpose() * targets).array()).matrix();
}

}  // namespace losscast
