// Transformers, as networks of layers.
#pragma once

#include <cstdint>

#include "losscast/stability/architecture.hpp"
#include "train/network.hpp"

namespace losscast {

struct TransformerShape {
  Architecture architecture;  // checked
  int vocabulary;
  int tokens;  // of a sequence
};

// The deviations with which weights are drawn: of embeddings that of the matrix, whatever is done to it afterwards.
struct DrawnDeviations {
  WeightDeviations weights;
  double head;
};

// Those that an architecture has by itself. The head has that of W_V.
DrawnDeviations drawn_deviations(const Architecture& architecture);

// From tokens to logits, both with a row for each token of the vocabulary and a column for each place of one sequence
// after another; what enters is 1 in the token's row and 0 elsewhere. The network's layers are the embedding, attention
// and feed-forward sub-layer of each layer, shortcuts included, and the head.
Network transformer(const TransformerShape& shape, const DrawnDeviations& deviations, std::uint64_t seed);

}  // namespace losscast
