// The heads of causal self-attention, as a layer without weights.
#pragma once

#include <vector>

#include "train/layer.hpp"

namespace losscast {

// From queries, keys and values, one below the other (3 d rows), to the heads' outputs side by side (d rows). Columns
// are the tokens of one sequence after another, all of the same length. Of each head, with w = d/heads rows:
//
//     V softmax(Q' K/sqrt w)',  the softmax over the tokens so far
class HeadsLayer : public Layer {
 public:
  // `heads` divides d, `tokens` of a sequence the columns.
  HeadsLayer(int heads, int tokens) : heads_(heads), tokens_(tokens) {}

  Matrix forward(const Matrix& inputs) override;
  Matrix backward(const Matrix& gradients) override;

 private:
  int heads_, tokens_;
  Matrix inputs_;
  std::vector<Matrix> attention_;  // of each sequence's heads, [token][token seen]
};

}  // namespace losscast
