// The law of the jumps' part Z of a loss, exact but for a grid.
#pragma once

#include <span>
#include <vector>

#include "engine/jump_blocks.hpp"

namespace losscast {

// P(Z <= a) and the mean excess E max(Z - a, 0) as functions of a. They come from the convolution of the blocks' laws,
// one after another, of distribution functions that are linear between nodes. Up to the mean of a fresh jump nodes lie
// ever further apart, so that jumps which have nearly faded are resolved as well; beyond it they are even.
class JumpSum {
 public:
  explicit JumpSum(const std::vector<JumpBlock>& blocks);

  // Of Z, exactly. [nats]
  double mean() const { return mean_; }
  double variance() const { return variance_; }

  // Beyond this Z hardly ever is: once in a million cases. [nats]
  double reach() const { return nodes_.back(); }

  // P(Z <= a); 0 for a < 0.
  double distribution(double a) const;

  // The sum of P(Z <= y - loss) over ascending losses.
  double sum_of_distributions(std::span<const float> ascending, double y) const;

  // E max(Z - a, 0). [nats]
  double excess(double a) const;

 private:
  void take_integrals();  // of the distribution: excess_

  // P(Z <= a), given the last node that is not above a.
  double distribution_above(std::size_t node, double a) const;

  // The last node that is not above a, a >= 0.
  std::size_t node_below(double a) const;

  double mean_, variance_;
  std::vector<double> nodes_;   // 0 first [nats]
  std::vector<double> below_;   // P(Z <= node)
  std::vector<double> excess_;  // E max(Z - node, 0)
};

}  // namespace losscast
