// Puts the segments of a schedule one after another.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "losscast/schedule/schedule.hpp"

namespace losscast {

// Time is counted in steps from the beginning of the run. A border may lie between two updates: the later of them is
// then the first of the segment that begins there.
class Timeline {
 public:
  explicit Timeline(double begin = 0) : end_(begin) {}

  double end() const { return end_; }

  // Adds a segment from end() to `until`, which decides its begin, its end and its offset; nothing if `until` does not
  // come after end().
  void add(Segment segment, double until);
  void hold(double lr, double until);
  void add(Segment segment, Step until) { add(std::move(segment), static_cast<double>(until)); }
  void hold(double lr, Step until) { hold(lr, static_cast<double>(until)); }

  // Adds all segments of another schedule, moved in time to begin at end(), a whole number of steps.
  void append(const Schedule& schedule);

  // Adds the updates from end(), a whole number of steps, on that another timeline has.
  void append_rest(const Timeline& other);

  // The LR that the last segment comes to at end(), where it is not used any more; nothing before the first segment.
  std::optional<double> lr_at_end() const;

  const std::vector<Segment>& segments() const { return segments_; }

 private:
  double end_;
  std::vector<Segment> segments_;
};

// The first update at or after a point in time.
Step first_update(double time);

}  // namespace losscast
