#include "losscast/sweep/sweep.hpp"

#include "losscast/base/contract.hpp"
#include "losscast/sweep/race.hpp"
#include "losscast/sweep/steps_to_loss.hpp"
#include "sweep/known_differences.hpp"
#include "sweep/rank_candidates.hpp"

namespace losscast {

SweepResult run_sweep(const SweepConfig& config, std::vector<Candidate> candidates, const Fit& fit,
                      const SweepOptions& options) {
  LOSSCAST_EXPECTS(!candidates.empty());
  SweepResult result = rank_candidates(config, std::move(candidates), fit, options, Order::by_mean);
  add_known_differences(config, fit, config.delta.value_or(kUsualDelta), {}, options.execution, result);
  return result;
}

Sweep::Sweep(const SweepConfig& config, const Fit& fit, int threads, SweepObserver& observer)
    : config_(config), fit_(fit), candidates_(StillOpen()) {
  if (config.race && config.race->target_loss) return;
  const CandidateList list(config.space, config.seed);
  observer.before_candidates(list.size());
  if (config.race) {
    candidates_.emplace<CandidateList>(raced_candidates(config, fit, threads));
  } else {
    require_memory_for(list);
    candidates_.emplace<std::vector<Candidate>>(make_candidates(config.space, config.seed, threads));
  }
}

SweepResult Sweep::run(const SweepOptions& options) && {
  if (auto* ranked = std::get_if<std::vector<Candidate>>(&candidates_)) {
    options.observer->before_ranking(ranked->size());
    return run_sweep(config_, std::move(*ranked), fit_, options);
  }
  if (auto* raced = std::get_if<CandidateList>(&candidates_)) {
    options.observer->before_race(raced->size());
    return run_race(config_, std::move(*raced), fit_, options);
  }
  return run_steps_to_loss(config_, fit_, options);
}

}  // namespace losscast
