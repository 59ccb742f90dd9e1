/// \file
/// Whether a value lies at an end of the axis that was searched, so that better ones may lie beyond it.
#pragma once

#include <optional>

#include "losscast/space/space.hpp"

namespace losscast {

/// What an axis spans, both ends included.
struct AxisRange {
  double low = 0;   ///< its least number
  double high = 0;  ///< its largest
};

/// What the axis spans; nothing if it has choices that are no numbers.
std::optional<AxisRange> range_of(const Axis& axis);

/// An end of an axis.
enum class AxisEnd {
  none,  ///< neither
  low,   ///< the smallest value
  high,  ///< the largest
};

/// The end at which the value lies: among choices it is the smallest or largest of them, in a range within 2% of the
/// axis from that end, of its logarithm where the axis is one of logarithms. None where the axis has no numbers, or
/// one.
AxisEnd end_of_axis(const Axis& axis, double value);

}  // namespace losscast
