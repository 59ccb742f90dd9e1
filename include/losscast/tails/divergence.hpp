/// \file
/// P(diverge), by splitting.
#pragma once

#include <vector>

#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/tails/tail_estimate.hpp"

namespace losscast {

/// Probability that a path diverges during the run. probability.reduction compares with plain simulation of whole
/// paths, `reduction_of_mode` with plain simulation of the barrier's mode alone.
struct Divergence {
  TailEstimate probability;  ///< that a path diverges
  /// Updates of the barrier's mode that plain simulation takes for the same error, over those that were spent.
  double reduction_of_mode = 0;
  std::vector<double> levels;  ///< of |z|, the last is the barrier's limit; a single one means plain simulation
};

/// Estimates the probability for each schedule, under the draws that the request's paths take. Only the mode is
/// simulated. Throws InputError if the law has no barrier, or for too few particles. `threads`: of the CPU; 0: all
/// cores.
std::vector<Divergence> divergence(const LossSde& sde, const PathRequest& request, int threads = 0,
                                   const TailEffort& effort = {});

}  // namespace losscast
