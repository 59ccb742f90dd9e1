// Puts the segments of a schedule one after another.
#pragma once

#include <optional>
#include <vector>

#include "losscast/schedule/schedule.hpp"

namespace losscast {

class Timeline {
 public:
  Step end() const { return segments_.empty() ? 0 : segments_.back().end; }

  // Adds a segment from end() to `until`, which decides its begin and end; nothing if that leaves it no update.
  void add(Segment segment, Step until);
  void hold(double lr, Step until);

  // Adds all segments of another schedule, moved in time to begin at end().
  void append(const Schedule& schedule);

  // The LR that the last segment comes to at end(), where it is not used any more; nothing before the first segment.
  std::optional<double> lr_at_end() const;

  Schedule schedule() && { return Schedule(std::move(segments_)); }

 private:
  std::vector<Segment> segments_;
};

}  // namespace losscast
