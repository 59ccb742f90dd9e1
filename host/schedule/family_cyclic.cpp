// After the warm-up come cycles from the peak down to the low rate and up again. The height above the low rate is
// multiplied by cycle_factor in every cycle. Source: Smith 2017, arXiv 1506.01186; his `triangular` is cycle_factor 1,
// his `triangular2` 1/2, both beginning at the low rate: warmup_steps = cycle_steps / 2, warmup_start_lr = final_lr.
#include <fmt/format.h>

#include <algorithm>

#include "losscast/base/error.hpp"
#include "schedule/cycles.hpp"
#include "schedule/decay.hpp"
#include "schedule/decay_shape.hpp"

namespace losscast {

namespace {

using Kind = FamilyArgument::Kind;

struct Cycle {
  Step steps;
  Step falling_steps;
};

Cycle read_cycle(const ArgumentReader& arguments) {
  const Step steps = arguments.step("cycle_steps");
  const Step falling = steps_of_fraction(arguments.number_or("fall_fraction", 0.5), steps);
  if (steps < 1) throw ArgumentError("cycle_steps", "cycle_steps = 0 is no cycle", "it has no step", "give at least 1");
  return {steps, falling};
}

Schedule make(const Arguments& given) {
  const ArgumentReader arguments(given);
  const Run run = read_run(arguments);
  const double low = read_required_final_lr(arguments, run.peak_lr);
  const Cycle cycle = read_cycle(arguments);
  check_cycles("cycle_steps", (run.total_steps - run.law_begin) / cycle.steps);
  const double cycle_factor = arguments.number_or("cycle_factor", 1);
  const Shape shape = decay_shape(arguments.word_or("shape", "linear"));

  Timeline timeline = law_of(run);
  double high = run.peak_lr;
  for (Step begin = run.law_begin; begin < run.total_steps; begin += cycle.steps) {
    const Step bottom = begin + cycle.falling_steps, top = begin + cycle.steps;
    timeline.add({.span = static_cast<double>(cycle.falling_steps), .shape = shape, .from = high, .to = low},
                 std::min(bottom, run.total_steps));
    high = high * cycle_factor + low * (1.0 - cycle_factor);
    timeline.add({.span = static_cast<double>(top - bottom), .shape = shape, .from = low, .to = high},
                 std::min(top, run.total_steps));
  }
  return warmed_up(arguments, run, timeline);
}

}  // namespace

Family cyclic_family() {
  return {"cyclic", "up and down between two rates: exploring rates, and averaging of models along a run",
          joined({run_arguments(),
                  final_lr_arguments(""),
                  {{"cycle_steps", Kind::step, "the length of a cycle, from peak to peak", ""},
                   {"fall_fraction", Kind::fraction, "the part of a cycle in which the LR falls", "0.5"},
                   {"shape", Kind::word, "of falling and rising", "linear", {"linear", "cosine"}},
                   {"cycle_factor", Kind::fraction, "each cycle's height over that of the one before", "1"}}}),
          make};
}

}  // namespace losscast
