#include "schedule/timeline.hpp"

#include "schedule/segment.hpp"

namespace losscast {

void Timeline::add(Segment segment, Step until) {
  segment.begin = end();
  segment.end = until;
  if (segment.begin < segment.end) segments_.push_back(std::move(segment));
}

void Timeline::hold(double lr, Step until) { add({.shape = Shape::constant, .from = lr}, until); }

void Timeline::append(const Schedule& schedule) {
  const Step offset = end();
  for (const Segment& segment : schedule.segments()) add(segment, offset + segment.end);
}

std::optional<double> Timeline::lr_at_end() const {
  if (segments_.empty()) return std::nullopt;
  return segment_lr(segments_.back(), end());
}

}  // namespace losscast
