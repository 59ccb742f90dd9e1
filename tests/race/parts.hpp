// What is computed in parts, for comparison with the same in one piece.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace losscast::test {

// Divides a field of so many into parts of about the same size, none of them empty, and returns what `compute` makes of
// each: compute(first, count).
template <class Compute>
auto in_parts(std::int64_t field, std::int64_t parts, const Compute& compute) {
  const std::int64_t all = std::min(parts, field);
  std::vector<decltype(compute(std::int64_t{}, std::int64_t{}))> computed;
  for (std::int64_t part = 0; part < all; ++part) {
    const std::int64_t first = part * field / all, end = (part + 1) * field / all;
    computed.push_back(compute(first, end - first));
  }
  return computed;
}

}  // namespace losscast::test
