// Optimisers that read the gradient alone, entry by entry.
#include <cmath>

#include "train/optimisers.hpp"

namespace losscast {

void Sgd::update(const MatrixBatch& batch, double lr, Matrix& weights) {
  const auto step = static_cast<float>(lr / static_cast<double>(batch.inputs.cols()));
  weights.noalias() -= (step * batch.gradients) * batch.inputs.transpose();
}

Adam::Adam(const MatrixSettings& settings) : epsilon_(settings.values.damping.front()), adam_(settings.adam) {}

void Adam::update(const MatrixBatch& batch, double lr, Matrix& weights) {
  const Matrix gradient = batch.gradients * batch.inputs.transpose() / static_cast<float>(batch.inputs.cols());
  if (steps_ == 0) {
    mean_ = Matrix::Zero(weights.rows(), weights.cols());
    square_ = mean_;
  }
  ++steps_;
  const auto beta1 = static_cast<float>(adam_.beta1), beta2 = static_cast<float>(adam_.beta2);
  mean_ += (1 - beta1) * (gradient - mean_);
  square_ += (1 - beta2) * (gradient.cwiseAbs2() - square_);
  const auto freed_mean = static_cast<float>(lr / (1 - std::pow(adam_.beta1, steps_)));
  const auto freed_square = static_cast<float>(1 / (1 - std::pow(adam_.beta2, steps_)));
  if (adam_.weight_decay > 0) weights *= static_cast<float>(1 - lr * adam_.weight_decay);
  weights.array() -=
      freed_mean * mean_.array() / ((freed_square * square_.array()).sqrt() + static_cast<float>(epsilon_));
}

}  // namespace losscast
