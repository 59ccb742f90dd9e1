// The law of a final loss as a convolution: L = C + Z, the calm loss, known by its values, and the jumps' part, known
// by weighted samples; L is +infinity where the path diverged.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "tails/jump_sampling.hpp"

namespace losscast {

// E[g(Z - a)] for the functions g that tails are made of. Where a < 0 all are exact.
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

// Of L at some y.
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

  // How many calm paths make up P(L > y), as many as if all counted alike: (sum P_i)^2 / sum P_i^2. Few where calm
  // losses alone come beyond y.
  double paths_that_count(double y) const;

  // The y beyond which L is with this probability: +infinity if it diverges more often.
  double quantile_above(double probability) const;

  const std::vector<LossReplicate>& replicates() const { return replicates_; }

 private:
  std::vector<LossReplicate> replicates_;
  std::vector<double> weights_;
  double divergence_ = 0, lowest_ = 0, highest_ = 0;  // [-, nats, nats]
};

}  // namespace losscast
