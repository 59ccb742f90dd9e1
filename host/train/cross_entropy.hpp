// The loss of predicted tokens.
#pragma once

#include <span>

#include "train/matrix.hpp"

namespace losscast {

struct TokenLoss {
  double mean = 0;   // of -ln P(target) [nats] over the columns
  Matrix gradients;  // of each column's loss by its logits
};

// P is the softmax of a column of logits. One target for each column.
TokenLoss cross_entropy(const Matrix& logits, std::span<const int> targets);

}  // namespace losscast
