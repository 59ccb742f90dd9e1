#include "schedule/floor.hpp"

#include <fmt/format.h>

#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "schedule/segment.hpp"

namespace losscast {

namespace {

using Kind = FamilyArgument::Kind;

// The first update of a segment whose LR is on the other side of the floor than that of the first update; its end if
// there is none. A segment rises or falls throughout.
Step first_across(double floor, const Segment& segment) {
  const bool below = segment_lr(segment, segment.begin) < floor;
  Step same = segment.begin, across = segment.end;
  while (across - same > 1) {
    const Step middle = same + (across - same) / 2;
    ((segment_lr(segment, middle) < floor) == below ? same : across) = middle;
  }
  return across;
}

// The updates first <= s < last of a segment, at the floor where they are below it.
Segment raised_part(double floor, const Segment& segment, Step first, Step last) {
  if (segment_lr(segment, first) < floor) return {.begin = first, .end = last, .from = floor};
  Segment part = segment;
  part.offset += static_cast<double>(first - segment.begin);
  part.begin = first;
  part.end = last;
  return part;
}

}  // namespace

std::vector<FamilyArgument> floor_arguments() {
  return {{"floor_lr", Kind::rate, "the LR does not fall below this after the warm-up", "0"},
          {"floor_ratio", Kind::fraction, "instead of floor_lr: its share of peak_lr", ""}};
}

std::optional<double> read_floor(const ArgumentReader& arguments, double peak_lr) {
  const auto key = arguments.one_of("floor_lr", "floor_ratio");
  if (!key) return std::nullopt;
  if (*key == "floor_ratio") return arguments.number(*key) * peak_lr;
  const double floor = arguments.number(*key);
  if (floor > peak_lr)
    throw ArgumentError(*key,
                        fmt::format("floor_lr = {} is above peak_lr = {}", number_text(floor), number_text(peak_lr)),
                        "the peak is the highest rate", "lower it");
  return floor;
}

void raise_to_floor(double floor, std::size_t kept, std::vector<Segment>& segments) {
  std::vector<Segment> raised(segments.begin(), segments.begin() + static_cast<std::ptrdiff_t>(kept));
  for (std::size_t i = kept; i < segments.size(); ++i) {
    const Segment& segment = segments[i];
    const Step across = first_across(floor, segment);
    raised.push_back(raised_part(floor, segment, segment.begin, across));
    if (across < segment.end) raised.push_back(raised_part(floor, segment, across, segment.end));
  }
  segments = std::move(raised);
}

}  // namespace losscast
