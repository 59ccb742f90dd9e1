// How two ranked candidates compare.
#pragma once

#include "losscast/engine/mean_sample.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

// A candidate's mean minus the best one's, with an interval of this confidence; `added` to both is what divergence adds
// to the one more than to the other [nats].
inline PairedDifference paired_difference(const MeanSample& candidate, const MeanSample& best, double confidence,
                                          double added) {
  const MeanEstimate estimate = estimate_difference(candidate, best);
  PairedDifference out;
  out.mean = estimate.mean + added;
  out.standard_error = estimate.simulation_error;
  out.posterior_error = estimate.posterior_error;
  const double half = half_width(estimate, confidence);
  out.low = out.mean - half;
  out.high = out.mean + half;
  return out;
}

}  // namespace losscast
