// The middle of some numbers.
#pragma once

#include <algorithm>
#include <vector>

#include "losscast/base/contract.hpp"

namespace losscast {

// The mean of the two middle ones of an even count. Precondition: there is one.
inline double median(std::vector<double> values) {
  LOSSCAST_EXPECTS(!values.empty());
  std::ranges::sort(values);
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

}  // namespace losscast
