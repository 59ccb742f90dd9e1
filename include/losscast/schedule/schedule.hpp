// A learning-rate schedule: the LR of every optimiser step, as a short list of analytic segments.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace losscast {

using Step = std::int64_t;  // counts optimiser steps

// The form of the LR inside one segment, as a function of progress z = (s - begin) / span, 0 <= z < 1 (the two power
// laws of the step go on beyond z = 1).
enum class Shape {
  constant,        // from
  linear,          // to + (from - to) (1 - z)
  cosine,          // to + (from - to) (1 + cos pi z) / 2
  exponential,     // from (to / from)^z
  one_minus_sqrt,  // to + (from - to) (1 - sqrt z)
  power,           // to + (from - to) (1 - z)^exponent
  inverse_sqrt,    // from / sqrt(1 + z)
  step_power,      // from (1 + z)^-exponent
  table,           // values given one by one
};

// LR of the updates begin <= s < end. `span` is where z would reach 1: it exceeds end - begin in a cut-off segment. In
// the power laws of the step it is the step that the law counts from zero to `begin`: 1 + z = s / begin if span =
// begin.
struct Segment {
  Step begin = 0;                                              // first update
  Step end = 0;                                                // update after the last
  Step span = 0;                                               // updates over which z goes from 0 to 1
  Shape shape = Shape::constant;                               // of the LR
  double from = 0;                                             // LR at z = 0
  double to = 0;                                               // LR at z = 1, never itself used by an update
  double exponent = 1;                                         // power and step_power
  std::shared_ptr<const std::vector<double>> table = nullptr;  // end - begin values, Shape::table only
};

// LR of update s for s = 0 ... total_steps() - 1. A loss logged at step s is the loss after s updates. Immutable. The
// same bits on every machine: only IEEE operations and losscast::math take part.
class Schedule {
 public:
  // Segments must follow one another from step 0 without gaps. Throws InputError otherwise, or if any LR is
  // negative or not finite.
  explicit Schedule(std::vector<Segment> segments);

  // Updates of the run.
  Step total_steps() const { return segments_.back().end; }
  double peak_lr() const { return peak_lr_; }  // the largest LR of any update
  double lr(Step s) const;                     // precondition: 0 <= s < total_steps()

  // LR of the updates first ... first + out.size() - 1; faster than lr() one by one. Precondition: all of them within
  // the schedule.
  void fill(Step first, std::span<double> out) const;

  // The segments, in their order.
  std::span<const Segment> segments() const { return segments_; }

 private:
  std::vector<Segment> segments_;
  double peak_lr_ = 0;
};

// The borders of the segments, ascending, from 0 to total_steps(): where the LR or its slope may jump, so that a time
// grid should have a point there. A table counts as one segment, whatever its values do.
std::vector<Step> breakpoints(const Schedule& schedule);

}  // namespace losscast
