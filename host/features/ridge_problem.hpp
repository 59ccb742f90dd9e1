// The linear algebra of ridge regression: everything about the regressors, before any loss is known.
#pragma once

#include <Eigen/Dense>
#include <cstddef>

namespace losscast {

// Standardised regressors and their singular values, for regressions of many targets with many penalties.
class RidgeProblem {
 public:
  // Of runs, whose regressors are the rows. Precondition: there is a run.
  explicit RidgeProblem(Eigen::MatrixXd rows);

  // Regressors that are not the same in all runs.
  std::size_t varying() const;

  // What each target would be forecast as by a regression of the others: closed form, for regressors standardised over
  // all runs.
  Eigen::VectorXd left_out(const Eigen::VectorXd& targets, double penalty) const;

  // What a regression of these targets forecasts for other runs, whose regressors are the rows.
  Eigen::VectorXd forecasts(const Eigen::VectorXd& targets, double penalty, const Eigen::MatrixXd& rows) const;

  // Weights of the standardised regressors.
  Eigen::VectorXd weights(const Eigen::VectorXd& targets, double penalty) const;

  const Eigen::VectorXd& centres() const { return centres_; }
  const Eigen::VectorXd& spreads() const { return spreads_; }

 private:
  Eigen::VectorXd centres_, spreads_;
  Eigen::MatrixXd left_, right_;  // of the singular value decomposition
  Eigen::VectorXd values_;
};

}  // namespace losscast
