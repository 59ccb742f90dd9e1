// The non-linearity of perceptrons, as a layer.
#pragma once

#include "train/layer.hpp"

namespace losscast {

// tanh of each input.
class TanhLayer : public Layer {
 public:
  Matrix forward(const Matrix& inputs) override;
  Matrix backward(const Matrix& gradients) override;

 private:
  Matrix outputs_;
};

}  // namespace losscast
