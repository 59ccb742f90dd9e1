// Repeated measurements of a time, and what to report of them.
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

namespace losscast::bench {

template <class Work>
double seconds_of(const Work& work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

struct Spread {
  double median, lowest, highest;
};

// Returns the median, the least and the largest of at least one value.
inline Spread spread_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const double median = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {median, values.front(), values.back()};
}

}  // namespace losscast::bench
