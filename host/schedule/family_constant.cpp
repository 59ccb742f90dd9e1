// LR peak_lr after the warm-up.
#include "schedule/run.hpp"

namespace losscast {

namespace {

Schedule make(const Arguments& given) {
  const ArgumentReader arguments(given);
  const Run run = read_run(arguments);
  Timeline timeline = law_of(run);
  timeline.hold(run.peak_lr, run.total_steps);
  return warmed_up(arguments, run, timeline);
}

}  // namespace

Family constant_family() {
  return {"constant", "the peak rate to the end: the stem from which cool-downs branch off", run_arguments(), make};
}

}  // namespace losscast
