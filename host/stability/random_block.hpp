// Sub-layers of a transformer with random weights, as they are before training, and their derivatives.
//
// Matrices of activations have a row for each token. A sub-layer is linearised where it was last evaluated; push()
// takes a small change of its input to that of its output, pull() is the transpose.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "losscast/random/counter.hpp"
#include "losscast/stability/activation.hpp"
#include "stability/layer_norm.hpp"

namespace losscast {

// Standard normal matrices, one after another, of a path of Stream::weights.
class RandomMatrices {
 public:
  RandomMatrices(std::uint64_t seed, std::uint64_t path) : seed_(seed), path_(path) {}
  Eigen::MatrixXd next(Eigen::Index rows, Eigen::Index columns);

 private:
  std::uint64_t seed_, path_;
  std::uint32_t step_ = 0;
};

// W2 phi(W1 h)
class FeedForward {
 public:
  FeedForward(Eigen::MatrixXd in, Eigen::MatrixXd out, Activation activation);
  Eigen::MatrixXd evaluate(const Eigen::MatrixXd& input);
  Eigen::MatrixXd push(const Eigen::MatrixXd& change) const;
  Eigen::MatrixXd pull(const Eigen::MatrixXd& gradient) const;

 private:
  Eigen::MatrixXd in_, out_;  // d x d_ffn, d_ffn x d
  Activation activation_;
  Eigen::MatrixXd slopes_;  // phi'
};

// The outputs Z of the heads of causal attention, side by side.
class AttentionHeads {
 public:
  AttentionHeads(Eigen::MatrixXd query, Eigen::MatrixXd key, Eigen::MatrixXd value, Eigen::Index heads);
  Eigen::MatrixXd evaluate(const Eigen::MatrixXd& input);
  Eigen::MatrixXd push(const Eigen::MatrixXd& change) const;
  Eigen::MatrixXd pull(const Eigen::MatrixXd& gradient) const;

 private:
  Eigen::MatrixXd query_weights_, key_weights_, value_weights_;
  Eigen::Index heads_, width_;               // width_: of a head
  Eigen::MatrixXd queries_, keys_, values_;  // where it was evaluated
  std::vector<Eigen::MatrixXd> attention_;   // for each head, [token][token]
};

// Z W_O
class Attention {
 public:
  Attention(AttentionHeads heads, Eigen::MatrixXd out) : heads_(std::move(heads)), out_(std::move(out)) {}
  const AttentionHeads& heads() const { return heads_; }
  Eigen::MatrixXd evaluate(const Eigen::MatrixXd& input) { return heads_.evaluate(input) * out_; }
  Eigen::MatrixXd push(const Eigen::MatrixXd& change) const { return heads_.push(change) * out_; }
  Eigen::MatrixXd pull(const Eigen::MatrixXd& gradient) const { return heads_.pull(gradient * out_.transpose()); }

 private:
  AttentionHeads heads_;
  Eigen::MatrixXd out_;  // d x d
};

}  // namespace losscast
