// LR peak / sqrt(1 + (s - W) / timescale) after the warm-up; with timescale = W it is peak sqrt(W / s). Source: Vaswani
// et al. 2017, arXiv 1706.03762; the time scale and the cool-down: Zhai et al. 2022, arXiv 2106.04560.
#include "schedule/cooldown.hpp"

namespace losscast {

namespace {

constexpr Step kTimescaleWithoutWarmup = 10000;

Schedule make(const Arguments& given) {
  const ArgumentReader arguments(given);
  const Run run = read_run(arguments);
  const Step default_timescale = run.warmup_steps > 0 ? run.warmup_steps : kTimescaleWithoutWarmup;
  const Step timescale = arguments.positive_step_or("timescale", default_timescale);
  Timeline timeline = law_of(run);
  timeline.add({.span = static_cast<double>(timescale), .shape = Shape::inverse_sqrt, .from = run.peak_lr},
               read_law_end(arguments, run));
  add_cooldown(arguments, run, timeline);
  return warmed_up(arguments, run, timeline);
}

}  // namespace

Family inverse_sqrt_family() {
  return {"inverse-sqrt", "one over the root of the step: runs without a planned end",
          joined({run_arguments(),
                  {{"timescale", FamilyArgument::Kind::step, "steps after which the rate has fallen to peak / sqrt 2",
                    "warmup_steps, or 10000 without a warm-up"}},
                  cooldown_arguments()}),
          make};
}

}  // namespace losscast
