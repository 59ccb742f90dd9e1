// The non-linearity of feed-forward sub-layers, as a layer.
#pragma once

#include "train/layer.hpp"

namespace losscast {

// max(0, h) of each input.
class ReluLayer : public Layer {
 public:
  Matrix forward(const Matrix& inputs) override {
    outputs_ = inputs.cwiseMax(0.0f);
    return outputs_;
  }

  Matrix backward(const Matrix& gradients) override { return (outputs_.array() > 0).select(gradients, 0.0f); }

 private:
  Matrix outputs_;
};

}  // namespace losscast
