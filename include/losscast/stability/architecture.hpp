/// \file
/// A transformer before training: its shape, and how its weights are initialised.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace losscast {

/// How weights are drawn: normal, around 0.
enum class Initialisation {
  standard,      ///< all with the variance 2/(5 d_model)
  depth_scaled,  ///< the same, but the last matrix of each sub-layer with 1/(2 layers) of that variance
  xavier,        ///< each with the variance 2/(rows + columns)
};

/// What is done to the embeddings before the first layer.
enum class Embedding {
  vanilla,     ///< nothing: they have the standard deviation of the other weights
  scaled,      ///< they are multiplied by sqrt(d_model)
  layer_norm,  ///< they pass a LayerNorm
  detach,      ///< nothing forward; their gradient is multiplied by 0.1
};

/// Where a layer normalises.
enum class NormPlacement {
  pre,   ///< what enters a sub-layer: x' = x + Attn(LN x), y = x' + FFN(LN x')
  post,  ///< what leaves it: x' = LN(x + Attn(x)), y = LN(x' + FFN(x'))
};

/// The words by which files and results name them, such as "depth-scaled".
inline constexpr std::array<std::pair<std::string_view, Initialisation>, 3> kInitialisations = {
    {{"standard", Initialisation::standard},
     {"depth-scaled", Initialisation::depth_scaled},
     {"xavier", Initialisation::xavier}}};
/// Those of the embeddings.
inline constexpr std::array<std::pair<std::string_view, Embedding>, 4> kEmbeddings = {
    {{"vanilla", Embedding::vanilla},
     {"scaled", Embedding::scaled},
     {"layernorm", Embedding::layer_norm},
     {"detach", Embedding::detach}}};
/// Those of where layers normalise.
inline constexpr std::array<std::pair<std::string_view, NormPlacement>, 2> kNormPlacements = {
    {{"pre", NormPlacement::pre}, {"post", NormPlacement::post}}};

/// The word of a value in one of these lists.
template <class Value, std::size_t N>
constexpr std::string_view word_of(const std::array<std::pair<std::string_view, Value>, N>& words, Value value) {
  for (const auto& [word, meaning] : words)
    if (meaning == value) return word;
  return {};
}

/// A transformer of equal layers.
struct Architecture {
  int layers = 0;                                                ///< N
  int d_model = 0;                                               ///< d
  int d_ffn = 0;                                                 ///< hidden units of a feed-forward sub-layer
  int heads = 1;                                                 ///< of attention; they divide d_model
  Initialisation initialisation = Initialisation::depth_scaled;  ///< of all weights
  Embedding embedding = Embedding::vanilla;                      ///< what is done to the embeddings
  NormPlacement norm = NormPlacement::pre;                       ///< where layers normalise
  /// Standard deviation with which embeddings are drawn; without: sqrt(2/(5 d)), or sqrt(1/d) under `xavier`.
  std::optional<double> embedding_deviation = {};
};

/// The largest d_model and d_ffn that are taken for meant.
inline constexpr int kLargestWidth = 1'000'000;

/// The largest number of layers that is.
inline constexpr int kMostLayers = 1'000;

/// The smallest deviation with which embeddings are drawn that is.
inline constexpr double kSmallestDeviation = 1e-6;

/// The largest one.
inline constexpr double kLargestDeviation = 1e3;

/// Throws ArgumentError naming the key at fault: a number below 1 (d_model: below 2, as a LayerNorm leaves nothing of
/// one number) or beyond the above, heads that do not divide d_model.
void check(const Architecture& architecture);

/// Standard deviations of the weights.
struct WeightDeviations {
  double embedding = 0;  ///< of what enters the first layer
  double ffn_in = 0;     ///< s1, of W1: d_ffn x d
  double ffn_out = 0;    ///< s2, of W2: d x d_ffn
  double value = 0;      ///< of W_V: d x d; queries and keys have the same
  double out = 0;        ///< sO, of W_O: d x d
};

/// Those of a checked architecture.
WeightDeviations weight_deviations(const Architecture& architecture);

}  // namespace losscast
