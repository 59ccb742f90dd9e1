#include "losscast/train/transformer_norms.hpp"

#include <cmath>

#include "losscast/base/contract.hpp"
#include "train/language_loop.hpp"
#include "train/layer_jacobian.hpp"

namespace losscast {

namespace {

double mean_norm_over_columns(Layer& layer, const Matrix& inputs) {
  double sum = 0;
  for (Eigen::Index column = 0; column < inputs.cols(); ++column)
    sum += spectral_norm(jacobian(layer, inputs.col(column)));
  return sum / static_cast<double>(inputs.cols());
}

}  // namespace

TransformerNorms transformer_norms(const LanguageSettings& settings, Step updates) {
  LOSSCAST_EXPECTS(0 <= updates && updates < settings.schedule.total_steps());
  LanguageLoop loop(settings);
  for (Step s = 0; s < updates; ++s) loop.step();
  const LanguageBatch batch = loop.next_batch();
  const auto& parts = loop.network().layers();
  const auto columns = static_cast<double>(batch.inputs.cols());

  std::vector<Matrix> entering = {batch.inputs};  // each part of the network, and the loss
  for (const auto& part : parts) entering.push_back(part->forward(entering.back()));
  std::vector<double> gradient_norms(parts.size());  // by what enters each part
  Matrix gradients = cross_entropy(entering.back(), batch.targets).gradients / static_cast<float>(columns);
  for (std::size_t i = parts.size(); i-- > 0;) {
    gradients = parts[i]->backward(gradients);
    gradient_norms[i] = static_cast<double>(gradients.norm());
  }

  TransformerNorms norms{.layers = {}, .last_gradient = gradient_norms.back()};
  for (std::size_t i = 1; i + 1 < parts.size(); i += 2)
    norms.layers.push_back({.deviation = std::sqrt(static_cast<double>(entering[i].squaredNorm() /
                                                                       static_cast<float>(entering[i].size()))),
                            .attention = spectral_norm(jacobian(*parts[i], entering[i].leftCols(settings.tokens))),
                            .ffn = mean_norm_over_columns(*parts[i + 1], entering[i + 1].leftCols(settings.tokens)),
                            .gradient = gradient_norms[i]});
  return norms;
}

}  // namespace losscast
