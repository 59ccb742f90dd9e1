// Layers one after another.
#pragma once

#include <memory>
#include <vector>

#include "train/dense_layer.hpp"

namespace losscast {

class Network {
 public:
  void add(std::unique_ptr<DenseLayer> layer);
  void add(std::unique_ptr<Layer> layer) { layers_.push_back(std::move(layer)); }

  Matrix forward(Matrix inputs);

  // From each example's gradient by the outputs, back to the first layer.
  void backward(Matrix gradients);

  // The layers that have weights, the first one first.
  const std::vector<DenseLayer*>& dense() const { return dense_; }

 private:
  std::vector<std::unique_ptr<Layer>> layers_;
  std::vector<DenseLayer*> dense_;  // those among them
};

}  // namespace losscast
