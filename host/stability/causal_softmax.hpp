// The weights of causal attention: softmax over the tokens so far, and its derivative. [token][token seen]
#pragma once

#include <Eigen/Core>
#include <limits>

namespace losscast {

// Softmax of each row up to the diagonal; 0 beyond.
template <class Scalar>
Eigen::MatrixX<Scalar> causal_softmax(Eigen::MatrixX<Scalar> scores) {
  scores.template triangularView<Eigen::StrictlyUpper>().setConstant(std::numeric_limits<Scalar>::lowest());
  const Eigen::VectorX<Scalar> largest = scores.rowwise().maxCoeff();
  scores = (scores - largest.replicate(1, scores.cols())).array().exp();
  scores.template triangularView<Eigen::StrictlyUpper>().setZero();
  const Eigen::VectorX<Scalar> sums = scores.rowwise().sum();
  return sums.cwiseInverse().asDiagonal() * scores;
}

// The derivative of a softmax, row by row: takes changes of scores to those of the softmax, and as it is symmetric also
// gradients by the softmax to those by the scores.
template <class Scalar>
Eigen::MatrixX<Scalar> through_softmax(const Eigen::MatrixX<Scalar>& softmax, const Eigen::MatrixX<Scalar>& change) {
  const Eigen::MatrixX<Scalar> weighed = softmax.cwiseProduct(change);
  const Eigen::VectorX<Scalar> sums = weighed.rowwise().sum();
  return weighed - sums.asDiagonal() * softmax;
}

}  // namespace losscast
