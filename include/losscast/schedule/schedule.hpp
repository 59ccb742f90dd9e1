/// \file
/// A learning-rate schedule: the LR of every optimiser step, as a short list of analytic segments.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "losscast/schedule/segment.hpp"

namespace losscast {

/// LR of update s for s = 0 ... total_steps() - 1. A loss logged at step s is the loss after s updates. Immutable. The
/// same bits on every machine: only IEEE operations and losscast::math take part.
class Schedule {
 public:
  /// Segments must follow one another from step 0 without gaps. Throws InputError otherwise, or if any LR is
  /// negative or not finite.
  ///
  /// `warmup_end` is the update at which the warm-up ends, where whoever makes the schedule knows it; warmup_end()
  /// finds it from the rates otherwise.
  explicit Schedule(std::vector<Segment> segments, std::optional<Step> warmup_end = {});

  /// Updates of the run.
  Step total_steps() const { return segments_.back().end; }
  double peak_lr() const { return peak_lr_; }  ///< the largest LR of any update
  double lr(Step s) const;                     ///< precondition: 0 <= s < total_steps()

  /// LR of the updates first ... first + out.size() - 1; faster than lr() one by one. Precondition: all of them within
  /// the schedule.
  void fill(Step first, std::span<double> out) const;

  /// What was said of the warm-up's end.
  std::optional<Step> stated_warmup_end() const { return warmup_end_; }

  /// The segments, in their order.
  std::span<const Segment> segments() const { return segments_; }

 private:
  std::vector<Segment> segments_;
  double peak_lr_ = 0;
  std::optional<Step> warmup_end_;
};

/// The borders of the segments, ascending, from 0 to total_steps(): where the LR or its slope may jump, so that a time
/// grid should have a point there. A table counts as one segment, whatever its values do.
std::vector<Step> breakpoints(const Schedule& schedule);

}  // namespace losscast
