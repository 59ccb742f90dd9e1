#include "losscast/space/axis_end.hpp"

#include <algorithm>
#include <cmath>
#include <variant>
#include <vector>

namespace losscast {

std::optional<AxisRange> range_of(const Axis& axis) {
  if (axis.kind != Axis::Kind::choice) return AxisRange{axis.low, axis.high};
  std::vector<double> numbers;
  for (const Value& choice : axis.choices) {
    if (!std::holds_alternative<double>(choice)) return {};
    numbers.push_back(std::get<double>(choice));
  }
  const auto [low, high] = std::ranges::minmax(numbers);
  return AxisRange{low, high};
}

AxisEnd end_of_axis(const Axis& axis, double value) {
  constexpr double kNear = 0.02;  // of the axis
  const std::optional<AxisRange> range = range_of(axis);
  if (!range || range->low == range->high) return AxisEnd::none;
  if (axis.kind == Axis::Kind::choice)
    return value == range->low ? AxisEnd::low : value == range->high ? AxisEnd::high : AxisEnd::none;
  const auto place = [&](double at) { return axis.kind == Axis::Kind::log ? std::log(at) : at; };
  const double share = (place(value) - place(range->low)) / (place(range->high) - place(range->low));
  return share <= kNear ? AxisEnd::low : share >= 1 - kNear ? AxisEnd::high : AxisEnd::none;
}

}  // namespace losscast
