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

}  // namespace losscast
