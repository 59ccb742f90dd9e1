// Going through the updates of a schedule, in closed form where a segment has one.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "losscast/schedule/features.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

// The sums over the first `updates` updates of a segment by its shape's formula: of constant, linear, cosine and
// exponential segments. Nothing of other ones, of short ones, and of those with a warped progress.
std::optional<LrSums> closed_lr_sums(const Segment& segment, Step updates);

// The sums over the first `updates` updates of a schedule, segment by segment.
LrSums first_lr_sums(const Schedule& schedule, Step updates);

// Calls hold(lr, steps) for the first `updates` updates in their order: once for each constant segment, once for each
// update of the others.
template <class Hold>
void for_each_hold(const Schedule& schedule, Step updates, const Hold& hold) {
  std::array<double, 1024> buffer;
  for (const Segment& segment : schedule.segments()) {
    const Step end = std::min(segment.end, updates);
    if (segment.begin >= end) return;
    if (segment.shape == Shape::constant) {
      hold(segment.from, static_cast<double>(end - segment.begin));
      continue;
    }
    for (Step first = segment.begin; first < end; first += static_cast<Step>(buffer.size())) {
      const std::span<double> rates(buffer.data(),
                                    static_cast<std::size_t>(std::min<Step>(end - first, buffer.size())));
      schedule.fill(first, rates);
      for (const double lr : rates) hold(lr, 1.0);
    }
  }
}

// The largest LR of the first `updates` updates.
double first_peak_lr(const Schedule& schedule, Step updates);

}  // namespace losscast
