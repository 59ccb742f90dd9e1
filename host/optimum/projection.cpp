#include "optimum/projection.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace losscast {
namespace {

// Neighbours that share a value.
struct Pool {
  double mean, weight;
  std::size_t end;
};

void order(std::span<double> x, std::span<const double> weights) {
  std::vector<Pool> pools;
  for (std::size_t i = 0; i < x.size(); ++i) {
    Pool last{x[i], weights[i], i + 1};
    while (!pools.empty() && pools.back().mean < last.mean) {
      const Pool& before = pools.back();
      const double weight = before.weight + last.weight;
      last = {before.mean + (last.mean - before.mean) * (last.weight / weight), weight, last.end};
      pools.pop_back();
    }
    pools.push_back(last);
  }
  std::size_t i = 0;
  for (const Pool& pool : pools)
    for (; i < pool.end; ++i) x[i] = pool.mean;
}

}  // namespace

void project(std::span<double> x, std::span<const double> weights, const AllowedValues& allowed) {
  if (allowed.order == AllowedValues::Order::non_increasing) order(x, weights);
  for (double& value : x) value = std::clamp(value, allowed.low, allowed.high);
}

double largest_descent(std::span<const double> x, std::span<const double> slope, const AllowedValues& allowed) {
  if (allowed.order == AllowedValues::Order::any) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      sum += std::max(slope[i] * (x[i] - allowed.low), slope[i] * (x[i] - allowed.high));
    return sum;
  }
  // A linear function is least at a corner: `high` up to some place, `low` from there on.
  double here = 0, corner = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    here += slope[i] * x[i];
    corner += slope[i] * allowed.low;
  }
  double least = corner;
  for (const double one : slope) {
    corner += one * (allowed.high - allowed.low);
    least = std::min(least, corner);
  }
  return std::max(0.0, here - least);
}

}  // namespace losscast
