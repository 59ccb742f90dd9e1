// After the warm-up come cycles of half a cosine from the peak down to the low rate, each beginning at the peak again.
// Cycle k is cycle_multiplier^k times as long as the first and its peak restart_factor^k times as high. Source:
// Loshchilov and Hutter 2017, arXiv 1608.03983 (SGDR).
#include <fmt/format.h>

#include <algorithm>

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

[[noreturn]] void fail_too_many(Step restarts, double steps) {
  throw ArgumentError("restarts", fmt::format("restarts = {} leaves a cycle without a step", restarts),
                      fmt::format("after the warm-up the run has {}", number_text(steps)),
                      "lower it, or lengthen the run");
}

// The times at which cycles end, when restarts + 1 of them fill the run. A border may lie between two updates.
std::vector<double> borders_of_restarts(const Run& run, Step restarts, double multiplier) {
  const double steps = static_cast<double>(run.total_steps - run.law_begin);
  if (static_cast<double>(restarts) >= steps) fail_too_many(restarts, steps);
  check_cycles("restarts", restarts);
  double length = 1, all = 0;
  std::vector<double> ends;  // in lengths of the first cycle
  for (Step cycle = 0; cycle <= restarts; ++cycle) {
    all += length;
    ends.push_back(all);
    length = std::min(length * multiplier, kMaxSteps);
  }
  if (steps / all < 1) fail_too_many(restarts, steps);
  std::vector<double> borders;
  for (const double end : ends) borders.push_back(static_cast<double>(run.law_begin) + end * steps / all);
  return borders;
}

// The same for a first cycle of given length; the last cycle may end after the run.
std::vector<double> borders_of_cycles(const Run& run, Step first_cycle, double multiplier, Step most) {
  std::vector<double> borders;
  double length = static_cast<double>(first_cycle), end = static_cast<double>(run.law_begin);
  while (end < static_cast<double>(run.total_steps) && std::ssize(borders) < most) {
    borders.push_back(end += length);
    check_cycles("cycle_steps", std::ssize(borders));
    length = std::min(length * multiplier, kMaxSteps);
  }
  return borders;
}

std::vector<double> read_cycle_borders(const ArgumentReader& arguments, const Run& run) {
  const double multiplier = read_cycle_multiplier(arguments);
  const bool has_restarts = arguments.has("restarts");
  if (arguments.has("cycle_steps")) {
    const Step most = has_restarts ? arguments.step("restarts") + 1 : kMostCycles + 1;
    return borders_of_cycles(run, arguments.positive_step_or("cycle_steps", 0), multiplier, most);
  }
  if (!has_restarts)
    throw ArgumentError("restarts", "restarts is missing", "the length of the cycles is unknown",
                        "add it, or cycle_steps");
  return borders_of_restarts(run, arguments.step("restarts"), multiplier);
}

Schedule make(const Arguments& given) {
  const ArgumentReader arguments(given);
  const Run run = read_run(arguments);
  const double final_lr = read_final_lr(arguments, run.peak_lr).value_or(0);
  const double restart_factor = arguments.number_or("restart_factor", 1);
  const double warp = arguments.positive_number_or("progress_exponent", 1);
  const auto total_steps = static_cast<double>(run.total_steps);

  Timeline timeline = law_of(run);
  double peak = run.peak_lr;
  for (const double border : read_cycle_borders(arguments, run)) {
    const double from = std::max(peak, final_lr);
    timeline.add({.span = border - timeline.end(), .shape = Shape::cosine, .from = from, .to = final_lr, .warp = warp},
                 std::min(border, total_steps));
    peak *= restart_factor;
  }
  timeline.hold(final_lr, total_steps);
  return warmed_up(arguments, run, timeline);
}

}  // namespace

Family cosine_restarts_family() {
  return {
      "cosine-restarts", "cosine decays, each beginning at the peak again: several usable models from one run",
      joined(
          {run_arguments(),
           final_lr_arguments("0"),
           progress_argument(),
           {{"restarts", Kind::step, "how many times the LR goes back up; without cycle_steps the cycles fill the run",
             ""},
            {"cycle_steps", Kind::step, "the length of the first cycle; restarts, beside it, limits their number", ""},
            {"cycle_multiplier", Kind::number, "each cycle's length over that of the one before, at least 1", "1"},
            {"restart_factor", Kind::fraction, "each cycle's peak over that of the one before", "1"}}}),
      make};
}

}  // namespace losscast
