// Sorting one run of values on a CPU: the twin of sort_cuda.hpp.
#pragma once

#include <algorithm>
#include <span>

#include "kernels/sort_key.hpp"

namespace losscast {

// Puts in place of the values their sort_key(), ascending.
inline void sort_by_key(std::span<float> values, float largest) {
  for (float& value : values) value = sort_key(value, largest);
  std::sort(values.begin(), values.end());
}

}  // namespace losscast
