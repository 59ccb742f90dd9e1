// The upper tail of the final loss of runs with jumps.
#pragma once

#include <vector>

#include "losscast/engine/execution.hpp"
#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/tails/tail_estimate.hpp"

namespace losscast {

// Probability that the final loss exceeds `loss` [nats], of each schedule; a path that has diverged does. Its error is
// infinite where so few of the calm losses make up the tail that none is known (fewer than 32, counted by weight): take
// more paths. Throws InputError without jumps, or with too few paths, particles or samples.
std::vector<TailEstimate> exceedance(const LossSde& sde, const PathRequest& request, const Execution& execution,
                                     double loss, const TailEffort& effort = {});

// The upper tail of the final loss: its quantile over all paths, a diverged one counting as +infinity, as in
// statistics.hpp, and the mean of the losses beyond it over paths that did not diverge. Both are infinite, with their
// errors, where more paths diverge than may lie beyond the quantile; the quantile's error is infinite where it cannot
// be told from that within one standard error, and that of both as above.
struct LossTail {
  TailEstimate quantile;  // [nats]
  TailEstimate mean;      // [nats]
};

// Of each schedule. Throws InputError as above, and for a probability outside (0, 1).
std::vector<LossTail> loss_tail(const LossSde& sde, const PathRequest& request, const Execution& execution,
                                double probability, const TailEffort& effort = {});

}  // namespace losscast
