// What an optimiser sees of a network: one weight matrix, and what passed through it in a batch.
#pragma once

#include "losscast/train/training_settings.hpp"
#include "train/matrix.hpp"

namespace losscast {

// Columns are examples. The gradient of the mean loss by the matrix is gradients inputs'/examples.
struct MatrixBatch {
  const Matrix& inputs;     // of the matrix
  const Matrix& gradients;  // of each example's loss, by the matrix's outputs
  const Matrix& curvature;  // the same with labels drawn from the network's prediction; empty unless asked for
};

// Of all matrices of one role. The LR among the values is not read: it comes with each update.
struct MatrixSettings {
  LayerValues values;
  DampingRule damping_rule = DampingRule::given;
  AdamSettings adam = {};
};

class MatrixOptimiser {
 public:
  virtual ~MatrixOptimiser() = default;

  // Moves the weights by one step at this LR.
  virtual void update(const MatrixBatch& batch, double lr, Matrix& weights) = 0;
};

}  // namespace losscast
