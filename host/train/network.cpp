#include "train/network.hpp"

#include <ranges>

namespace losscast {

void Network::add(std::unique_ptr<DenseLayer> layer) {
  dense_.push_back(layer.get());
  layers_.push_back(std::move(layer));
}

Matrix Network::forward(Matrix inputs) {
  for (const auto& layer : layers_) inputs = layer->forward(inputs);
  return inputs;
}

void Network::backward(Matrix gradients) {
  for (const auto& layer : layers_ | std::views::reverse) gradients = layer->backward(gradients);
}

}  // namespace losscast
