// Divergence of one schedule's paths by splitting, with what a loss's law needs of it.
#pragma once

#include <vector>

#include "losscast/tails/tail_estimate.hpp"
#include "tails/barrier_splitting.hpp"

namespace losscast {

struct SplitDivergence {
  SplittingPlan plan;
  std::vector<double> probability;           // of each replicate
  std::vector<std::vector<double>> of_draw;  // [replicate][draw in use], P(diverge) given the draw; without bias
  std::int64_t updates = 0;
};

// `particles` of a replicate.
SplitDivergence split_divergence(const TailChain& chain, const SplittingPlan& plan, std::int64_t particles,
                                 int threads);

}  // namespace losscast
