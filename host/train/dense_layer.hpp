// A weight matrix as a layer.
#pragma once

#include <utility>

#include "train/layer.hpp"

namespace losscast {

// W h. Keeps what entered and what came back, which is all that an optimiser needs.
class DenseLayer : public Layer {
 public:
  explicit DenseLayer(Matrix weights) : weights_(std::move(weights)) {}

  Matrix forward(const Matrix& inputs) override;
  Matrix backward(const Matrix& gradients) override;
  void append_dense(std::vector<DenseLayer*>& dense) override { dense.push_back(this); }

  Matrix& weights() { return weights_; }
  const Matrix& weights() const { return weights_; }
  const Matrix& inputs() const { return inputs_; }        // of the last forward()
  const Matrix& gradients() const { return gradients_; }  // of the last backward()

 private:
  Matrix weights_;  // outputs x inputs
  Matrix inputs_, gradients_;
};

}  // namespace losscast
