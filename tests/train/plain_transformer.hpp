// A transformer and its parts by plain loops, in double precision, for tests.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "losscast/stability/architecture.hpp"

namespace losscast::test {

using Table = Eigen::MatrixXd;

// (x - mean)/deviation of each column.
Table plain_norm(const Table& inputs);

// Each head of width w, for each token t of each sequence: the mean of the values of the tokens s <= t, weighed with
// exp(q_t . k_s/sqrt w). Queries, keys and values are one below the other.
Table plain_heads(const Table& inputs, int heads, int tokens);

// The mean of -ln P(target) over columns of logits.
double plain_cross_entropy(const Table& logits, const std::vector<int>& targets);

// The logits of a transformer with these matrices, the embeddings first: of each layer queries, keys and values in one,
// then W_O, W1 and W2.
Table plain_logits(const Architecture& architecture, const std::vector<Table>& weights, const Table& inputs,
                   int tokens);

}  // namespace losscast::test
