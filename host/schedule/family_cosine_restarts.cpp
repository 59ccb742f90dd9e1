// After the warm-up come cycles of half a cosine from the peak down to the low rate, each beginning at the peak again.
// Cycle k is cycle_multiplier^k times as long as the first and its peak restart_factor^k times as high. Source:
// Loshchilov and Hutter 2017, arXiv 1608.03983 (SGDR).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "schedule/cycles.hpp"
#include "schedule/decay.hpp"
#include "schedule/stair_steps.hpp"

namespace losscast {

namespace {

using Kind = FamilyArgument::Kind;

double read_cycle_multiplier(const ArgumentReader& arguments) {
  const double multiplier = arguments.number_or("cycle_multiplier", 1);
  if (multiplier < 1)
    throw ArgumentError("cycle_multiplier", fmt::format("cycle_multiplier = {} is below 1", number_text(multiplier)),
                        "cycles would shrink to nothing", "raise it");
  return multiplier;
}

[[noreturn]] void fail_too_many(Step restarts, Step steps) {
  throw ArgumentError("restarts", fmt::format("restarts = {} leaves a cycle without a step", restarts),
                      fmt::format("after the warm-up the run has {}", steps), "lower it, or lengthen the run");
}

// The steps at which cycles end, when restarts + 1 whole cycles fill the run.
std::vector<Step> borders_of_restarts(const Run& run, Step restarts, double multiplier) {
  const Step steps = run.total_steps - run.warmup_steps;
  if (restarts >= steps) fail_too_many(restarts, steps);
  check_cycles("restarts", restarts);
  double length = 1, all = 0;
  std::vector<double> ends;  // in lengths of the first cycle
  for (Step cycle = 0; cycle <= restarts; ++cycle) {
    all += length;
    ends.push_back(all);
    length = std::min(length * multiplier, kMaxSteps);
  }
  std::vector<Step> borders;
  Step last = run.warmup_steps;
  for (const double end : ends) {
    const Step border = run.warmup_steps + steps_of_fraction(end / all, steps);
    if (border == last) fail_too_many(restarts, steps);
    borders.push_back(border);
    last = border;
  }
  return borders;
}

// The same for a first cycle of given length; the last cycle may end after the run.
std::vector<Step> borders_of_cycles(const Run& run, Step first_cycle, double multiplier) {
  std::vector<Step> borders;
  double length = static_cast<double>(first_cycle);
  for (Step end = run.warmup_steps; end < run.total_steps; length = std::min(length * multiplier, kMaxSteps)) {
    borders.push_back(end += static_cast<Step>(std::round(length)));
    check_cycles("cycle_steps", std::ssize(borders));
  }
  return borders;
}

std::vector<Step> read_cycle_borders(const ArgumentReader& arguments, const Run& run) {
  const double multiplier = read_cycle_multiplier(arguments);
  const auto key = arguments.one_of("restarts", "cycle_steps");
  if (!key)
    throw ArgumentError("restarts", "restarts is missing", "the length of the cycles is unknown",
                        "add it, or cycle_steps");
  if (*key == "restarts") return borders_of_restarts(run, arguments.step(*key), multiplier);
  return borders_of_cycles(run, arguments.positive_step_or(*key, 0), multiplier);
}

Schedule make(const Arguments& given) {
  const ArgumentReader arguments(given);
  const Run run = read_run(arguments);
  const double final_lr = read_final_lr(arguments, run.peak_lr).value_or(0);
  require_positive_final_lr(arguments, final_lr, "a run cannot restart from a rate of 0");
  const double restart_factor = arguments.number_or("restart_factor", 1);

  Timeline timeline = warm_up(arguments, run);
  double peak = run.peak_lr;
  for (const Step border : read_cycle_borders(arguments, run)) {
    const double from = std::max(peak, final_lr);
    timeline.add({.span = border - timeline.end(), .shape = Shape::cosine, .from = from, .to = final_lr},
                 std::min(border, run.total_steps));
    peak *= restart_factor;
  }
  return std::move(timeline).schedule();
}

}  // namespace

Family cosine_restarts_family() {
  return {
      "cosine-restarts", "cosine decays, each beginning at the peak again: several usable models from one run",
      joined({run_arguments(),
              final_lr_arguments(""),
              {{"restarts", Kind::step, "how many times the LR goes back up; the cycles fill the run", ""},
               {"cycle_steps", Kind::step, "instead of restarts: the length of the first cycle", ""},
               {"cycle_multiplier", Kind::number, "each cycle's length over that of the one before, at least 1", "1"},
               {"restart_factor", Kind::fraction, "each cycle's peak over that of the one before", "1"}}}),
      make};
}

}  // namespace losscast
