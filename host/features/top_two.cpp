// Top-2 hits over all sets of runs, by counting sets instead of drawing them.
#include <algorithm>
#include <cmath>

#include "losscast/base/contract.hpp"
#include "losscast/features/ridge_law.hpp"

namespace losscast {

namespace {

// n over k; 0 if k is none of 0 ... n.
double binomial(std::size_t n, std::size_t k) {
  if (k > n) return 0;
  double value = 1;
  for (std::size_t i = 1; i <= k; ++i) value *= static_cast<double>(n - k + i) / static_cast<double>(i);
  return value;
}

// The share of all sets of `size` whose first by `by` is among the first two by `other`. A set with i as its first by
// `by` has size - 1 runs behind i, and is a hit if at most one of them lies before i by `other`.
double share_in_top(std::span<const double> by, std::span<const double> other, std::size_t size) {
  const auto before = [](std::span<const double> values, std::size_t a, std::size_t b) {
    return values[a] < values[b] || (values[a] == values[b] && a < b);
  };
  double hits = 0;
  for (std::size_t i = 0; i < by.size(); ++i) {
    std::size_t behind_in_both = 0, before_by_other = 0;
    for (std::size_t j = 0; j < by.size(); ++j) {
      if (j == i || !before(by, i, j)) continue;
      ++(before(other, i, j) ? behind_in_both : before_by_other);
    }
    hits +=
        binomial(behind_in_both, size - 1) + static_cast<double>(before_by_other) * binomial(behind_in_both, size - 2);
  }
  return hits / binomial(by.size(), size);
}

}  // namespace

TopTwoHits top_two_hits(std::span<const double> measured, std::span<const double> forecast, std::size_t size) {
  LOSSCAST_EXPECTS(measured.size() == forecast.size() && measured.size() >= 2 && size >= 2);
  const std::size_t chosen = std::min(size, measured.size());
  return {share_in_top(measured, forecast, chosen), share_in_top(forecast, measured, chosen)};
}

}  // namespace losscast
