// A part of a network: what it does to a batch, and to the gradient on its way back.
#pragma once

#include <vector>

#include "train/matrix.hpp"

namespace losscast {

class DenseLayer;

class Layer {
 public:
  virtual ~Layer() = default;

  // The layer's outputs for these inputs, a column for each example.
  virtual Matrix forward(const Matrix& inputs) = 0;

  // From each example's gradient by the outputs of the last forward() to that by its inputs.
  virtual Matrix backward(const Matrix& gradients) = 0;

  // Appends the layers within that have weights, in the order in which inputs pass them.
  virtual void append_dense(std::vector<DenseLayer*>& /*dense*/) {}
};

}  // namespace losscast
