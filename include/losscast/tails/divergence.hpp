// P(diverge), by splitting.
#pragma once

#include <vector>

#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/tails/tail_estimate.hpp"

namespace losscast {

// Probability that a path diverges during the run. Plain simulation, for `reduction`, is of whole paths; of the
// barrier's mode alone it would be `reduction_of_mode`.
struct Divergence {
  TailEstimate probability;  // that a path diverges
  // Updates of the barrier's mode that plain simulation takes for the same error, over those that were spent.
  double reduction_of_mode = 0;
  std::vector<double> levels;  // of |z|, the barrier's limit last: one is plain simulation
};

// Of each schedule, under the draws that the request's paths take; no whole path is simulated. Throws InputError
// without a barrier, or with too few particles. `threads`: of the CPU; 0: all cores.
std::vector<Divergence> divergence(const LossSde& sde, const PathRequest& request, int threads = 0,
                                   const TailEffort& effort = {});

}  // namespace losscast
