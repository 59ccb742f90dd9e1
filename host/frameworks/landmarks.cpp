#include "frameworks/landmarks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "losscast/format/number_text.hpp"
#include "losscast/schedule/warmup.hpp"

namespace losscast {

namespace {

constexpr std::size_t kMostSegments = 8;  // of many segments, the first and the last few have landmarks

template <class Value>
void add(std::vector<Value>& values, Value value) {
  if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
}

// Where a segment's shape reaches its last rate.
Step shape_end(const Segment& g) {
  return static_cast<Step>(std::llround(static_cast<double>(g.begin) - g.offset + g.span));
}

bool has_ends(const Segment& g) {
  return g.shape != Shape::constant && g.shape != Shape::table && g.shape != Shape::inverse_sqrt &&
         g.shape != Shape::step_power;
}

// The segment's own arguments.
void add_segment(Landmarks& out, const Segment& g) {
  if (!has_ends(g)) return;
  add(out.peaks, std::max(g.from, g.to));
  if (g.to > g.from) {
    add(out.warmup_ends, shape_end(g));
    return;
  }
  add(out.decay_starts, g.begin);
  add(out.decay_ends, shape_end(g));
  add(out.low_rates, g.to);
  if (g.shape == Shape::power) add(out.exponents, g.exponent);
}

void add_segments(Landmarks& out, std::span<const Segment> segments) {
  for (std::size_t i = 0; i < segments.size(); ++i)
    if (i < kMostSegments || i + kMostSegments >= segments.size()) add_segment(out, segments[i]);
}

// What the rates alone tell, also of a table.
void add_rates(Landmarks& out, std::span<const double> lrs, Step warmed_up) {
  constexpr double kAtThePeak = 1 - 1e-9;
  const Step total = static_cast<Step>(lrs.size());
  const double peak = *std::max_element(lrs.begin(), lrs.end());
  Step last_at_peak = total - 1;
  while (lrs[static_cast<std::size_t>(last_at_peak)] < kAtThePeak * peak) --last_at_peak;
  Step held_from = total - 1;
  while (held_from > 1 && lrs[static_cast<std::size_t>(held_from) - 1] == lrs.back()) --held_from;
  add(out.decay_starts, last_at_peak);
  add(out.decay_starts, last_at_peak + 1);
  for (const Step end : {total, total - 1, total + 1, held_from})
    if (end > 0) add(out.decay_ends, end);
  add(out.low_rates, lrs.back());
  constexpr double kRise = 0.01;
  for (Step s = warmed_up + 1; s < total; ++s)
    if (lrs[static_cast<std::size_t>(s)] > lrs[static_cast<std::size_t>(s) - 1] + kRise * peak) ++out.restarts;
}

}  // namespace

double rounded_rate(double rate) { return parse_number(fmt::format("{:.12g}", rate)).value_or(rate); }

Landmarks landmarks(const Schedule& schedule) {
  Landmarks out;
  std::vector<double> lrs(static_cast<std::size_t>(schedule.total_steps()));
  schedule.fill(0, lrs);
  const Step warmed_up = warmup_end(schedule);
  out.peaks = {schedule.peak_lr()};
  for (const Step end : {warmed_up, warmed_up + 1, warmed_up - 1, Step{0}})
    if (end >= 0) add(out.warmup_ends, end);
  out.first_rates = {lrs.front()};
  add(out.first_rates, 0.0);
  if (lrs.size() > 1) add(out.first_rates, rounded_rate(lrs[1]));
  add(out.decay_starts, warmed_up);
  out.exponents = {1.0};
  add_segments(out, schedule.segments());
  add_rates(out, lrs, warmed_up);
  add(out.low_rates, 0.0);
  return out;
}

}  // namespace losscast
