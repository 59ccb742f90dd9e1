// P(diverge), by splitting. The law is that of the engine's paths under the request's draws, those that its `paths`
// paths take; record steps and what is kept have no meaning here.
#pragma once

#include <vector>

#include "losscast/engine/ensemble.hpp"
#include "losscast/tails/tail_estimate.hpp"

namespace losscast {

// Probability that a path diverges during the run. Plain simulation, for `reduction`, is of whole paths; of the
// barrier's mode alone it would be `reduction_of_mode`. Whole paths are not simulated, `paths` says only which draws
// count. Throws InputError without a barrier, or with too few particles.
struct Divergence {
  TailEstimate probability;
  double reduction_of_mode = 0;
  std::vector<double> levels;  // of |z|, the barrier's limit last: one is plain simulation
};
std::vector<Divergence> divergence(const EnsembleRequest& request, const TailEffort& effort = {});

}  // namespace losscast
