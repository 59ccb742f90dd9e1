// The models of arXiv 2312.16903.
#pragma once

#include "losscast/stability/architecture.hpp"

namespace losscast {

inline Architecture published(int layers, int d_model, int heads, Embedding embedding) {
  return {.layers = layers, .d_model = d_model, .d_ffn = 4 * d_model, .heads = heads, .embedding = embedding};
}

inline Architecture model_350m(Embedding embedding) { return published(24, 1024, 16, embedding); }
inline Architecture model_1_7b(Embedding embedding) { return published(24, 2304, 24, embedding); }
inline Architecture model_13b(Embedding embedding) { return published(40, 5120, 40, embedding); }

}  // namespace losscast
