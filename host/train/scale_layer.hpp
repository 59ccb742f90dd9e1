// Multiplication by constants, as a layer.
#pragma once

#include "train/layer.hpp"

namespace losscast {

// What enters by one factor, and gradients on their way back by another: for the derivative both are the same.
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
