#include "losscast/sweep/raced_candidates.hpp"

#include "losscast/space/limits.hpp"
#include "sweep/sweep_request.hpp"

namespace losscast {

CandidateList raced_candidates(const SweepConfig& config, const Fit& fit, int threads) {
  CandidateList candidates(config.space, config.seed);
  apply_limits(candidates, config.limits, sweep_sde(config, fit), threads);
  return candidates;
}

}  // namespace losscast
