#include "train/network.hpp"

#include <ranges>

namespace losscast {

void Network::add(std::unique_ptr<Layer> layer) {
  layer->append_dense(dense_);
  layers_.push_back(std::move(layer));
}

Matrix Network::forward(const Matrix& inputs) {
  Matrix values = inputs;
  for (const auto& layer : layers_) values = layer->forward(values);
  return values;
}

Matrix Network::backward(const Matrix& gradients) {
  Matrix values = gradients;
  for (const auto& layer : layers_ | std::views::reverse) values = layer->backward(values);
  return values;
}

void Network::append_dense(std::vector<DenseLayer*>& dense) { dense.insert(dense.end(), dense_.begin(), dense_.end()); }

}  // namespace losscast
