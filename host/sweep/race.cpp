#include "losscast/sweep/race.hpp"

#include <utility>

#include "losscast/base/contract.hpp"
#include "sweep/race_rounds.hpp"
#include "sweep/run_rounds.hpp"

namespace losscast {

SweepResult run_race(const SweepConfig& config, CandidateList candidates, const Fit& fit, const SweepOptions& options) {
  LOSSCAST_EXPECTS(config.race);
  return run_rounds(*race_rounds(config, std::move(candidates), fit, options));
}

}  // namespace losscast
