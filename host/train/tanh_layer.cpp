#include "train/tanh_layer.hpp"

namespace losscast {

Matrix TanhLayer::forward(const Matrix& inputs) {
  outputs_ = inputs.array().tanh();
  return outputs_;
}

Matrix TanhLayer::backward(const Matrix& gradients) { return gradients.array() * (1 - outputs_.array().square()); }

}  // namespace losscast
