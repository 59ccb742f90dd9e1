// A sub-layer and the shortcut around it.
#pragma once

#include <utility>

#include "train/network.hpp"

namespace losscast {

// x + sublayer(x)
class ResidualLayer : public Layer {
 public:
  explicit ResidualLayer(Network sublayer) : sublayer_(std::move(sublayer)) {}

  Matrix forward(const Matrix& inputs) override { return inputs + sublayer_.forward(inputs); }
  Matrix backward(const Matrix& gradients) override { return gradients + sublayer_.backward(gradients); }
  void append_dense(std::vector<DenseLayer*>& dense) override { sublayer_.append_dense(dense); }

 private:
  Network sublayer_;
};

}  // namespace losscast
