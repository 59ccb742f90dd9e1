#include "losscast/stability/layer_bounds.hpp"

#include <algorithm>
#include <cmath>

namespace losscast {

namespace {

constexpr double kNormOfCausalMean = 2;

// What the norms of the matrices bound: of the feed-forward sub-layer alone, of attention's last matrix, and of J^Z.
struct SublayerNorms {
  double ffn, out, heads;
};

SublayerNorms sublayer_norms(const Architecture& architecture, const WeightDeviations& deviations) {
  const double root = std::sqrt(architecture.d_model), both = root + std::sqrt(architecture.d_ffn);
  return {.ffn = deviations.ffn_in * deviations.ffn_out * both * both,
          .out = deviations.out * 2 * root,
          .heads = kNormOfCausalMean * deviations.value * 2 * root};
}

}  // namespace

LayerBounds layer_bounds(const Architecture& architecture) {
  const WeightDeviations deviations = weight_deviations(architecture);
  const SublayerNorms norms = sublayer_norms(architecture, deviations);
  const double relative = deviations.ffn_in * deviations.ffn_out;
  const double added = relative * relative * architecture.d_model * static_cast<double>(architecture.d_ffn);
  const bool is_post = architecture.norm == NormPlacement::post;
  LayerBounds bounds;
  bounds.heads = norms.heads;
  double variance = deviations.embedding * deviations.embedding;
  for (int n = 0; n < architecture.layers; ++n) {
    const double entering = std::sqrt(variance);
    bounds.deviation.push_back(entering);
    if (is_post) {
      bounds.attention.push_back((1 + norms.out * norms.heads) / entering);
      bounds.ffn.push_back((1 + norms.ffn) / std::sqrt(1 + added));
      variance = 1;
    } else {
      bounds.attention.push_back(1 + norms.out * norms.heads / entering);
      bounds.ffn.push_back(1 + norms.ffn / entering);
      variance += added;
    }
    bounds.log_product += std::log(bounds.ffn.back()) + std::log(bounds.attention.back());
  }
  return bounds;
}

StabilityConditions stability_conditions(const Architecture& architecture) {
  const WeightDeviations deviations = weight_deviations(architecture);
  const SublayerNorms norms = sublayer_norms(architecture, deviations);
  return {.sublayer = std::max(norms.ffn, norms.out), .shortcut = deviations.embedding};
}

}  // namespace losscast
