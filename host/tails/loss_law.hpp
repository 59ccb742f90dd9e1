// The law of a final loss as a convolution: L = C + Z, where the calm loss C is known by its values, and the jumps'
// part Z by weighted samples. L is +infinity if the path diverged.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "tails/jump_sampling.hpp"

namespace losscast {

// E[g(Z - a)] for the functions g that tails are made of. For a < 0 all of them are exact.
class JumpTail {
 public:
  JumpTail(const std::vector<JumpBlock>& blocks, std::vector<JumpSample> samples);

  double exceedance(double a) const;     // P(Z > a)
  double excess(double a) const;         // E max(Z - a, 0)
  double square_excess(double a) const;  // E max(Z - a, 0)^2
  double largest() const { return sizes_.empty() ? 0 : sizes_.back(); }

 private:
  struct Sums {
    double weight, first, second;  // of weight x (1, Z, Z^2), over all samples' number
  };
  const Sums& beyond(double a) const;

  double mean_, variance_;
  std::vector<double> sizes_;  // ascending
  std::vector<Sums> sums_;     // of the samples from each on; a last one of nothing
};

// An independent part of the paths: their calm losses, and for each the probability that it survives, given its draw.
struct LossReplicate {
  std::vector<double> calm;
  std::vector<double> survival;
  double divergence = 0;  // probability over all draws
  JumpTail jumps;
};

// What tails are made of, for L beyond some y.
struct LossTailParts {
  double exceedance = 0;     // P(L > y)
  double excess = 0;         // E max(L - y, 0), over the paths that did not diverge
  double square_excess = 0;  // E max(L - y, 0)^2, over the same
};

class LossLaw {
 public:
  explicit LossLaw(std::vector<LossReplicate> replicates);

  std::span<const double> weights() const { return weights_; }  // of the replicates, by their paths
  double divergence() const { return divergence_; }             // probability
  std::vector<LossTailParts> of_replicates(double y) const;
  double exceedance(double y) const;

  // How many calm paths P(L > y) rests on, counted by weight: (sum P_i)^2 / sum P_i^2. They are few if calm losses come
  // beyond y by themselves.
  double paths_that_count(double y) const;

  // The y that L exceeds with this probability; +infinity if the path diverges more often.
  double quantile_above(double probability) const;

  const std::vector<LossReplicate>& replicates() const { return replicates_; }

 private:
  std::vector<LossReplicate> replicates_;
  std::vector<double> weights_;
  double divergence_ = 0, lowest_ = 0, highest_ = 0;  // [-, nats, nats]
};

}  // namespace losscast
