#include "losscast/schedule/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "schedule/segment.hpp"

namespace losscast {

namespace {

double largest_lr(const Segment& segment) {
  if (segment.shape == Shape::table) return *std::max_element(segment.table->begin(), segment.table->end());
  return std::max(segment_lr(segment, segment.begin), segment_lr(segment, segment.end - 1));  // the shapes are monotone
}

// The segment that update s lies in.
const Segment* find_segment(std::span<const Segment> segments, Step s) {
  const auto next = std::upper_bound(segments.begin(), segments.end(), s,
                                     [](Step step, const Segment& segment) { return step < segment.begin; });
  return &*std::prev(next);
}

}  // namespace

Schedule::Schedule(std::vector<Segment> segments, std::optional<Step> warmup_end)
    : segments_(std::move(segments)), warmup_end_(warmup_end) {
  if (segments_.empty()) throw InputError("the schedule has no segments", "a run has at least one update", "give one");
  Step expected = 0;
  for (const Segment& segment : segments_) {
    if (segment.begin != expected)
      throw InputError(fmt::format("a segment of the schedule begins at step {}", segment.begin),
                       fmt::format("the one before ends at {}", expected), "leave neither gap nor overlap");
    check_segment(segment);
    peak_lr_ = std::max(peak_lr_, largest_lr(segment));
    expected = segment.end;
  }
}

double Schedule::lr(Step s) const {
  LOSSCAST_EXPECTS(s >= 0 && s < total_steps());
  return segment_lr(*find_segment(segments_, s), s);
}

void Schedule::fill(Step first, std::span<double> out) const {
  LOSSCAST_EXPECTS(first >= 0 && first + static_cast<Step>(out.size()) <= total_steps());
  if (out.empty()) return;
  for (const Segment* segment = find_segment(segments_, first); !out.empty(); ++segment) {
    const auto here = std::min(out.size(), static_cast<std::size_t>(segment->end - first));
    fill_segment(*segment, first, out.first(here));
    out = out.subspan(here);
    first = segment->end;
  }
}

std::vector<Step> breakpoints(const Schedule& schedule) {
  std::vector<Step> borders = {0};
  for (const Segment& segment : schedule.segments()) borders.push_back(segment.end);
  return borders;
}

}  // namespace losscast
