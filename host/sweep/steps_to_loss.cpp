#include "losscast/sweep/steps_to_loss.hpp"

#include "sweep/run_rounds.hpp"
#include "sweep/steps_to_loss_rounds.hpp"

namespace losscast {

SweepResult run_steps_to_loss(const SweepConfig& config, const Fit& fit, const SweepOptions& options) {
  return run_rounds(*steps_to_loss_rounds(config, fit, options, {}));
}

}  // namespace losscast
