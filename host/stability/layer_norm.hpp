// LN without gain or bias, and its derivative.
#pragma once

#include <Eigen/Core>

namespace losscast {

// LayerNorm of matrices with a row for each token.
template <class Scalar = double>
class LayerNorm {
 public:
  using Matrix = Eigen::MatrixX<Scalar>;

  Matrix evaluate(const Matrix& input) {
    const Eigen::VectorX<Scalar> means = input.rowwise().mean();
    normalised_ = input - means.replicate(1, input.cols());
    inverse_deviation_ =
        (normalised_.rowwise().squaredNorm() / static_cast<Scalar>(input.cols())).cwiseSqrt().cwiseInverse();
    normalised_ = inverse_deviation_.asDiagonal() * normalised_;
    return normalised_;
  }

  // A small change of the input to that of the output, where it was last evaluated. The Jacobian is symmetric, so that
  // this is also the gradient by the input for that by the output.
  Matrix push(const Matrix& change) const {
    const Eigen::VectorX<Scalar> means = change.rowwise().mean();
    const Eigen::VectorX<Scalar> along = change.cwiseProduct(normalised_).rowwise().mean();
    return inverse_deviation_.asDiagonal() *
           (change - means.replicate(1, change.cols()) - along.asDiagonal() * normalised_);
  }

 private:
  Matrix normalised_;
  Eigen::VectorX<Scalar> inverse_deviation_;
};

}  // namespace losscast
