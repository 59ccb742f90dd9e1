#include "train/dense_layer.hpp"

namespace losscast {

Matrix DenseLayer::forward(const Matrix& inputs) {
  inputs_ = inputs;
  return weights_ * inputs;
}

Matrix DenseLayer::backward(const Matrix& gradients) {
  gradients_ = gradients;
  return weights_.transpose() * gradients;
}

}  // namespace losscast
