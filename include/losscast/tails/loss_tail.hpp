/// \file
/// The upper tail of the final loss of runs with jumps.
#pragma once

#include <vector>

#include "losscast/engine/execution.hpp"
#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/tails/tail_estimate.hpp"

namespace losscast {

/// Estimates for each schedule the probability that the final loss exceeds `loss` [nats]; a path that has diverged
/// counts as one that does. The error is infinite, that is, not known, if fewer than 32 calm losses, counted by weight,
/// make up the tail: take more paths. Throws InputError if the law has no jumps, or for too few paths, particles or
/// samples.
std::vector<TailEstimate> exceedance(const LossSde& sde, const PathRequest& request, const Execution& execution,
                                     double loss, const TailEffort& effort = {});

/// The upper tail of the final loss: its quantile over all paths, in which a diverged path counts as +infinity, and the
/// mean of the losses beyond the quantile over the paths that did not diverge. Both are infinite, and so are their
/// errors, if more paths diverge than may lie beyond the quantile. The error of the quantile is also infinite if the
/// quantile is within one standard error of being infinite, and both errors are if too few calm losses make up the
/// tail, as in exceedance().
struct LossTail {
  TailEstimate quantile;  ///< [nats]
  TailEstimate mean;      ///< [nats]
};

/// Estimates the tail for each schedule, at the quantile of this probability. Throws InputError as exceedance() does,
/// and for a probability outside (0, 1).
std::vector<LossTail> loss_tail(const LossSde& sde, const PathRequest& request, const Execution& execution,
                                double probability, const TailEffort& effort = {});

}  // namespace losscast
