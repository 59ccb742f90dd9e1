// LR peak_lr until s0, then final_lr.
#include "schedule/decay.hpp"

namespace losscast {

namespace {

Schedule make(const Arguments& given) {
  const ArgumentReader arguments(given);
  const Run run = read_run(arguments);
  const double final_lr = read_required_final_lr(arguments, run.peak_lr);
  Timeline timeline = law_of(run);
  timeline.hold(run.peak_lr, read_required_decay_start(arguments, run));
  timeline.hold(final_lr, run.total_steps);
  return warmed_up(arguments, run, timeline);
}

}  // namespace

Family two_stage_family() {
  return {"two-stage", "the peak, then at once a lower rate: shows how fast the loss follows the rate",
          joined({run_arguments(), decay_start_arguments(""), final_lr_arguments("")}), make};
}

}  // namespace losscast
