#include "losscast/sweep/race.hpp"

#include <chrono>

#include "losscast/base/contract.hpp"
#include "sweep/search_race.hpp"
#include "sweep/sweep_request.hpp"

namespace losscast {

CandidateList raced_candidates(const SweepConfig& config, const Fit& fit, int threads) {
  CandidateList candidates(config.space, config.seed);
  apply_limits(candidates, config.limits, sweep_sde(config, fit), threads);
  return candidates;
}

SweepResult run_race(const SweepConfig& config, const CandidateList& candidates, const Fit& fit,
                     const SweepOptions& options) {
  LOSSCAST_EXPECTS(config.race);
  const auto began = std::chrono::steady_clock::now();
  SweepResult result =
      simulate_finalists(config, candidates, search_race(config, candidates, fit, options), fit, options);
  result.total_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return result;
}

}  // namespace losscast
