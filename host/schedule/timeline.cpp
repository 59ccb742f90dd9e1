#include "schedule/timeline.hpp"

#include <algorithm>
#include <cmath>

#include "schedule/segment.hpp"

namespace losscast {

Step first_update(double time) { return static_cast<Step>(std::ceil(time)); }

void Timeline::add(Segment segment, double until) {
  if (until <= end_) return;
  segment.begin = first_update(end_);
  segment.end = first_update(until);
  segment.offset += static_cast<double>(segment.begin) - end_;
  if (segment.begin < segment.end) segments_.push_back(std::move(segment));
  end_ = until;
}

void Timeline::hold(double lr, double until) { add({.shape = Shape::constant, .from = lr}, until); }

void Timeline::append(const Schedule& schedule) {
  const double begin = end_;
  for (const Segment& segment : schedule.segments()) add(segment, begin + static_cast<double>(segment.end));
}

void Timeline::append_rest(const Timeline& other) {
  for (Segment segment : other.segments_) {
    const Step until = segment.end;
    if (static_cast<double>(until) <= end_) continue;
    segment.offset += std::max(0.0, end_ - static_cast<double>(segment.begin));
    add(std::move(segment), until);
  }
}

std::optional<double> Timeline::lr_at_end() const {
  if (segments_.empty()) return std::nullopt;
  double lr = end_ - static_cast<double>(segments_.back().begin);  // a time, which becomes a rate
  segment_lrs(segments_.back(), {&lr, 1});
  return lr;
}

}  // namespace losscast
