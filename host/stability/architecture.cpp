#include "losscast/stability/architecture.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "losscast/base/error.hpp"

namespace losscast {

namespace {

double xavier(int rows, int columns) { return std::sqrt(2.0 / (static_cast<double>(rows) + columns)); }

WeightDeviations deviations_before_embedding(const Architecture& architecture) {
  const int d = architecture.d_model, d_ffn = architecture.d_ffn;
  if (architecture.initialisation == Initialisation::xavier) {
    const double square = xavier(d, d), oblong = xavier(d, d_ffn);
    return {.embedding = square, .ffn_in = oblong, .ffn_out = oblong, .value = square, .out = square};
  }
  const double usual = std::sqrt(2.0 / (5.0 * d));
  const double last = architecture.initialisation == Initialisation::depth_scaled
                          ? usual / std::sqrt(2.0 * architecture.layers)
                          : usual;
  return {.embedding = usual, .ffn_in = usual, .ffn_out = last, .value = usual, .out = last};
}

}  // namespace

void check(const Architecture& architecture) {
  const auto check_count = [](const char* key, int count, int most) {
    if (count < 1)
      throw ArgumentError(key, fmt::format("{} is {}", key, count), "there is at least one", "give 1 or more");
    if (count > most)
      throw ArgumentError(key, fmt::format("{} is {}", key, count), fmt::format("at most {} are possible", most),
                          "give less");
  };
  check_count("layers", architecture.layers, kMostLayers);
  check_count("d_model", architecture.d_model, kLargestWidth);
  check_count("d_ffn", architecture.d_ffn, kLargestWidth);
  check_count("heads", architecture.heads, kLargestWidth);
  if (architecture.d_model % architecture.heads != 0)
    throw ArgumentError(
        "heads", fmt::format("d_model = {} is no multiple of heads = {}", architecture.d_model, architecture.heads),
        "each head has d_model/heads dimensions", "change one of them");
  if (architecture.d_model < 2)
    throw ArgumentError("d_model", "d_model is 1", "a LayerNorm leaves nothing of one number", "give 2 or more");
  const double deviation = architecture.embedding_deviation.value_or(1);
  if (!(kSmallestDeviation <= deviation && deviation <= kLargestDeviation))
    throw ArgumentError("embedding_deviation", fmt::format("embedding_deviation is {:g}", deviation),
                        fmt::format("embeddings are drawn with {:g} to {:g}", kSmallestDeviation, kLargestDeviation),
                        "correct it, or leave it out");
}

WeightDeviations weight_deviations(const Architecture& architecture) {
  WeightDeviations deviations = deviations_before_embedding(architecture);
  if (architecture.embedding_deviation) deviations.embedding = *architecture.embedding_deviation;
  if (architecture.embedding == Embedding::scaled) deviations.embedding *= std::sqrt(architecture.d_model);
  if (architecture.embedding == Embedding::layer_norm) deviations.embedding = 1;
  return deviations;
}

}  // namespace losscast
