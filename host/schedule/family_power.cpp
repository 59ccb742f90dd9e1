// LR min(peak, peak (s / reference_step)^-exponent) after the warm-up. Source: Shen et al. 2024, arXiv 2408.13359.
#include <fmt/format.h>

#include <algorithm>

#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "schedule/cooldown.hpp"

namespace losscast {

namespace {

using Kind = FamilyArgument::Kind;

Step read_reference_step(const ArgumentReader& arguments, const Run& run) {
  const Step earliest = std::max<Step>(run.warmup_steps, 1);
  const Step reference_step = arguments.step_or("reference_step", earliest);
  if (reference_step < earliest)
    throw ArgumentError("reference_step",
                        fmt::format("reference_step = {} comes before the end of the warm-up", reference_step),
                        "the LR would fall from above the peak", fmt::format("give at least {}", earliest));
  return reference_step;
}

Schedule make(const Arguments& given) {
  const ArgumentReader arguments(given);
  const Run run = read_run(arguments);
  const Step reference_step = read_reference_step(arguments, run);
  const Step end = read_law_end(arguments, run);
  Timeline timeline = law_of(run);
  timeline.hold(run.peak_lr, std::min(reference_step, end));
  timeline.add({.span = static_cast<double>(reference_step),
                .shape = Shape::step_power,
                .from = run.peak_lr,
                .exponent = arguments.positive_number_or("exponent", 0.51)},
               end);
  add_cooldown(arguments, run, timeline);
  return warmed_up(arguments, run, timeline);
}

}  // namespace

Family power_family() {
  return {"power", "a power of the step, capped by the peak: one rate law for many lengths and batch sizes",
          joined({run_arguments(),
                  {{"exponent", Kind::number, "the LR falls as s^-exponent, above 0", "0.51"},
                   {"reference_step", Kind::step, "where the law leaves the peak", "warmup_steps, at least 1"}},
                  cooldown_arguments()}),
          make};
}

}  // namespace losscast
