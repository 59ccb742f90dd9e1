// Quantiles of ascending values.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "losscast/base/contract.hpp"

namespace losscast {

// The quantile of ascending values at this level, by linear interpolation between two of them (type 7 of Hyndman and
// Fan). Preconditions: there is a value, 0 <= level <= 1.
template <class Number>
double sorted_quantile(const std::vector<Number>& sorted, double level) {
  LOSSCAST_EXPECTS(!sorted.empty() && level >= 0 && level <= 1);
  const double at = level * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const auto low = static_cast<double>(sorted[below]), high = static_cast<double>(sorted[above]);
  return low == high ? low : low + (at - static_cast<double>(below)) * (high - low);
}

}  // namespace losscast
