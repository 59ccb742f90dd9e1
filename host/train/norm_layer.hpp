// LayerNorm, as a layer.
#pragma once

#include "stability/layer_norm.hpp"
#include "train/layer.hpp"

namespace losscast {

// LN of each column, without gain or bias: a gain before a weight matrix would be a part of the matrix.
class NormLayer : public Layer {
 public:
  Matrix forward(const Matrix& inputs) override { return norm_.evaluate(inputs.transpose()).transpose(); }
  Matrix backward(const Matrix& gradients) override { return norm_.push(gradients.transpose()).transpose(); }

 private:
  LayerNorm<float> norm_;
};

}  // namespace losscast
