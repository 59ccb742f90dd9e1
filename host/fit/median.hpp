// The median of numbers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace losscast {

// The upper one of the two in the middle where they are even in number. Precondition: there are some.
template <class Number>
Number median_of(std::vector<Number> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace losscast
