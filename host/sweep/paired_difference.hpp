// How two ranked candidates compare.
#pragma once

#include <utility>

#include "losscast/engine/mean_sample.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

// A candidate's mean minus the best one's, with an interval of this confidence.
inline PairedDifference paired_difference(const MeanSample& candidate, const MeanSample& best, double confidence) {
  const MeanEstimate estimate = estimate_difference(candidate, best);
  PairedDifference out;
  out.mean = estimate.mean;
  out.standard_error = estimate.simulation_error;
  out.posterior_error = estimate.posterior_error;
  const double half = half_width(estimate, confidence);
  out.low = out.mean - half;
  out.high = out.mean + half;
  return out;
}

// By mean, those with lost paths after all others.
inline bool is_ranked_before(const Statistics& a, const Statistics& b) {
  return std::pair(a.status, a.mean) < std::pair(b.status, b.mean);
}

}  // namespace losscast
