// The upper tail of the final loss of runs with jumps. The law is that of the engine's paths under the request's draws,
// those that its `paths` paths take; record steps and what is kept have no meaning here.
#pragma once

#include <vector>

#include "losscast/engine/ensemble.hpp"
#include "losscast/tails/tail_estimate.hpp"

namespace losscast {

// Probability that the final loss exceeds `loss` [nats]; a path that has diverged does. Its error is infinite where so
// few of the calm losses make up the tail that none is known (fewer than 32, counted by weight): take more paths.
// Throws InputError without jumps, or with too few paths, particles or samples.
std::vector<TailEstimate> exceedance(const EnsembleRequest& request, double loss, const TailEffort& effort = {});

// The upper tail of the final loss: its quantile over all paths, a diverged one counting as +infinity, as in
// statistics.hpp, and the mean of the losses beyond it over paths that did not diverge. Both are infinite, with their
// errors, where more paths diverge than may lie beyond the quantile; the quantile's error is infinite where it cannot
// be told from that within one standard error, and that of both as above. Throws InputError as above, and for a
// probability outside (0, 1).
struct LossTail {
  TailEstimate quantile;  // [nats]
  TailEstimate mean;      // [nats]
};
std::vector<LossTail> loss_tail(const EnsembleRequest& request, double probability, const TailEffort& effort = {});

}  // namespace losscast
