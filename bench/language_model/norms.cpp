#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bench/language_model/commands.hpp"
#include "bench/language_model/model.hpp"
#include "losscast/stability/layer_bounds.hpp"
#include "losscast/train/transformer_norms.hpp"

namespace losscast::bench {

namespace {

// Means over seeds.
TransformerNorms mean_norms(LanguageSettings settings, int updates, int seeds) {
  TransformerNorms mean;
  mean.layers.resize(static_cast<std::size_t>(settings.architecture.layers));
  for (int seed = 0; seed < seeds; ++seed) {
    settings.seed = static_cast<std::uint64_t>(seed);
    const TransformerNorms one = transformer_norms(settings, updates);
    mean.last_gradient += one.last_gradient / seeds;
    for (std::size_t n = 0; n < mean.layers.size(); ++n)
      for (double LayerStretch::*measure :
           {&LayerStretch::deviation, &LayerStretch::attention, &LayerStretch::ffn, &LayerStretch::gradient})
        mean.layers[n].*measure += one.layers[n].*measure / seeds;
  }
  return mean;
}

void print_model(const LanguageSettings& settings, int updates, int seeds) {
  const TransformerNorms norms = mean_norms(settings, updates, seeds);
  const LayerBounds bounds = layer_bounds(settings.architecture);
  double log_product = 0;
  for (std::size_t n = 0; n < norms.layers.size(); ++n) {
    const LayerStretch& layer = norms.layers[n];
    log_product += std::log(layer.attention) + std::log(layer.ffn);
    fmt::print("  {:5} {:7.3f} {:7.3f}   {:7.2f} {:7.2f}   {:7.2f} {:7.2f}   {:8.3f}\n", n + 1, bounds.deviation[n],
               layer.deviation, bounds.attention[n], layer.attention, bounds.ffn[n], layer.ffn,
               layer.gradient / norms.last_gradient);
  }
  fmt::print(
      "  all layers: ln of the product of bounds (7) {:.2f}, of measured norms {:.2f}, of the gradients {:.2f}\n",
      bounds.log_product, log_product, std::log(norms.layers.front().gradient / norms.last_gradient));
}

}  // namespace

void norms(const cxxopts::ParseResult& given) {
  const int seeds = given["seeds"].as<int>(), updates = given["after"].as<int>();
  const double peak = given["peaks"].as<std::vector<double>>().front();
  fmt::print(
      "after {} updates, at the peak LR {:g}; mean of {} seeds: each layer's s_x, norm of attention and of the "
      "feed-forward sub-layer,\n"
      "each as bound and measured, and the gradient by what enters it over that by what leaves the last layer\n",
      updates, peak, seeds);
  for (const auto& [initialisation_word, initialisation] : kInitialisations)
    for (const auto& [embedding_word, embedding] : kEmbeddings) {
      if (embedding == Embedding::detach) continue;  // differs from `vanilla` before the first layer alone
      fmt::print("{}, {}\n  layer      s_x            attention <=      feed-forward <=      gradient\n",
                 initialisation_word, embedding_word);
      const Schedule schedule = warmed_up(peak, std::max(given["steps"].as<int>(), updates + 1));
      print_model(small_language_model(initialisation, embedding, schedule), updates, seeds);
    }
}

}  // namespace losscast::bench
