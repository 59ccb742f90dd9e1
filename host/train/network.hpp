// Layers one after another.
#pragma once

#include <memory>
#include <vector>

#include "train/dense_layer.hpp"

namespace losscast {

class Network : public Layer {
 public:
  void add(std::unique_ptr<Layer> layer);

  Matrix forward(const Matrix& inputs) override;
  Matrix backward(const Matrix& gradients) override;
  void append_dense(std::vector<DenseLayer*>& dense) override;

  // The layers that have weights, also those within others, the first one first.
  const std::vector<DenseLayer*>& dense() const { return dense_; }

  const std::vector<std::unique_ptr<Layer>>& layers() const { return layers_; }

 private:
  std::vector<std::unique_ptr<Layer>> layers_;
  std::vector<DenseLayer*> dense_;  // those among them
};

}  // namespace losscast
