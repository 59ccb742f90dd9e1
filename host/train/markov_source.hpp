// Sequences of tokens, and the best that can be said of the next one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "losscast/train/language_settings.hpp"
#include "train/matrix.hpp"

namespace losscast {

// A column for each sequence.
using TokenMatrix = Eigen::MatrixXi;

class MarkovSource {
 public:
  explicit MarkovSource(const SourceSettings& settings);

  // Sequences first, first + 1, ... of a seed. Topic and first token are uniform.
  TokenMatrix sequences(std::uint64_t seed, std::uint64_t first, int count, int tokens) const;

  // The mean of -ln P(token | those before it) [nats] over all tokens but the first of each sequence, by Bayes' rule
  // for the topic: no prediction can be better on average.
  double attainable_loss(const TokenMatrix& sequences) const;

 private:
  double sequence_loss(const Eigen::Ref<const Eigen::VectorXi>& sequence) const;

  std::vector<FineMatrix> next_;  // of each topic: P of the next token, a column for each token before it
};

}  // namespace losscast
