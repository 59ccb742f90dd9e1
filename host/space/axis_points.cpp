#include "space/axis_points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "losscast/base/error.hpp"
#include "losscast/math/elementary.hpp"

namespace losscast {

Value value_at(const Axis& axis, double u) {
  switch (axis.kind) {
    case Axis::Kind::choice: {
      const auto index = static_cast<std::size_t>(u * static_cast<double>(axis.choices.size()));
      return axis.choices[std::min(index, axis.choices.size() - 1)];
    }
    case Axis::Kind::integer:
      return std::min(axis.high, std::floor(axis.low + u * (axis.high - axis.low + 1)));
    case Axis::Kind::log:
      return u >= 1 ? axis.high : axis.low * math::exp(u * math::log(axis.high / axis.low));
    case Axis::Kind::linear:
      break;
  }
  return u >= 1 ? axis.high : axis.low + u * (axis.high - axis.low);
}

std::vector<Value> grid_of(const Axis& axis, const std::string& where) {
  if (axis.kind == Axis::Kind::choice) return axis.choices;
  if (!axis.grid_points && axis.kind != Axis::Kind::integer)
    throw InputError(fmt::format("{}: {} has no grid", where, axis.argument),
                     "the method is grid, and a range has endless points",
                     "add grid = N to it, or choose method random or sobol");
  const double range = axis.high - axis.low;
  const double points = axis.grid_points ? *axis.grid_points : range + 1;
  if (points > kMostGridPoints)
    throw InputError(fmt::format("{}: {} has {:.0f} grid points", where, axis.argument, points),
                     fmt::format("at most {:.0f} are allowed", kMostGridPoints), "narrow it");
  std::vector<Value> values;
  for (int i = 0; i < static_cast<int>(points); ++i) {
    const double u = points > 1 ? i / (points - 1) : 0.0;
    const double value =
        axis.kind == Axis::Kind::integer ? std::round(axis.low + u * range) : std::get<double>(value_at(axis, u));
    if (values.empty() || std::get<double>(values.back()) != value) values.push_back(value);
  }
  return values;
}

}  // namespace losscast
