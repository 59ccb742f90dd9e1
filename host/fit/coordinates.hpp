// The coordinate in which a parameter is searched: its logarithm where its scale is logarithmic.
#pragma once

#include <algorithm>
#include <cmath>

#include "losscast/model/parameter.hpp"

namespace losscast {

inline double to_coordinate(const ModelParameter& parameter, double value) {
  return parameter.scale == ModelParameter::Scale::log ? std::log(value) : value;
}

inline double from_coordinate(const ModelParameter& parameter, double coordinate) {
  const double value = parameter.scale == ModelParameter::Scale::log ? std::exp(coordinate) : coordinate;
  return std::clamp(value, parameter.lower, parameter.upper);
}

// d value / d coordinate
inline double coordinate_slope(const ModelParameter& parameter, double value) {
  return parameter.scale == ModelParameter::Scale::log ? value : 1.0;
}

// Whether a value lies where the parameter's range ends; a fixed parameter has none.
inline bool at_bound(const ModelParameter& parameter, double value) {
  if (parameter.fixed) return false;
  const double lower = to_coordinate(parameter, parameter.lower), upper = to_coordinate(parameter, parameter.upper);
  const double near = 1e-4 * (upper - lower);
  const double place = to_coordinate(parameter, value);
  return place - lower < near || upper - place < near;
}

}  // namespace losscast
