#include "losscast/sweep/sweep.hpp"

#include "losscast/base/contract.hpp"
#include "losscast/sweep/begin_rounds.hpp"
#include "losscast/sweep/ranked_rows.hpp"
#include "sweep/rank_candidates.hpp"
#include "sweep/run_rounds.hpp"

namespace losscast {

SweepResult run_sweep(const SweepConfig& config, std::vector<Candidate> candidates, const Fit& fit,
                      const SweepOptions& options) {
  LOSSCAST_EXPECTS(!candidates.empty());
  return rank_by_mean(config, std::move(candidates), fit, options);
}

SweepResult run_sweep(const SweepConfig& config, const Fit& fit, const SweepOptions& options) {
  if (!config.race) require_memory_for(CandidateList(config.space, config.seed));
  SweepResult result = run_rounds(*begin_rounds(config, fit, options));
  if (!result.rows) return result;
  result.ranked = result.rows->make(0, result.rows->size());
  result.counts = count_ranked(result.ranked);
  result.rows.reset();
  return result;
}

}  // namespace losscast
