// Multiplication by constants, as a layer.
#pragma once

#include "train/layer.hpp"

namespace losscast {

// Multiplies what enters by one factor, and gradients on their way back by another. Where the derivative is wanted,
// both are the same.
class ScaleLayer : public Layer {
 public:
  struct Factors {
    float forward = 1, backward = 1;
  };

  explicit ScaleLayer(Factors factors) : factors_(factors) {}

  Matrix forward(const Matrix& inputs) override { return factors_.forward * inputs; }
  Matrix backward(const Matrix& gradients) override { return factors_.backward * gradients; }

 private:
  Factors factors_;
};

}  // namespace losscast
