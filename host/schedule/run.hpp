// What most families share: a peak, a length, a warm-up.
#pragma once

#include <vector>

#include "losscast/schedule/families.hpp"
#include "schedule/argument_reader.hpp"
#include "schedule/timeline.hpp"

namespace losscast {

struct Run {
  double peak_lr;
  Step warmup_steps;  // W
  Step total_steps;   // T
  Step law_begin;     // where the family's law begins: W, or 0 if it runs during the warm-up
};

// peak_lr, total_steps, warmup_steps or warmup_fraction, warmup_shape, warmup_start_lr, warmup_mode.
std::vector<FamilyArgument> run_arguments();

// Throws ArgumentError if the run has no step, or the warm-up is longer than the run or starts above the peak.
Run read_run(const ArgumentReader& arguments);

// Where a family puts its law, empty.
inline Timeline law_of(const Run& run) { return Timeline(static_cast<double>(run.law_begin)); }

// The schedule of the warm-up and of a family's law, which begins at run.law_begin: the warm-up comes before it, takes
// the place of its first updates, or multiplies them. Then the LR is raised to the floor, if there is one.
Schedule warmed_up(const ArgumentReader& arguments, const Run& run, const Timeline& law);

// round(fraction T), the number of steps that a fraction of the run means.
Step steps_of_fraction(double fraction, Step total_steps);

// total_steps, at least 1.
Step read_total_steps(const ArgumentReader& arguments);

// Several lists of arguments as one, in this order.
std::vector<FamilyArgument> joined(std::initializer_list<std::vector<FamilyArgument>> lists);

}  // namespace losscast
