#include "objective_units.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace losscast {
namespace {

// Of ascending values, between two of them by linear interpolation.
double quantile(const std::vector<float>& sorted, double level) {
  const double at = level * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double low = static_cast<double>(sorted[below]), high = static_cast<double>(sorted[above]);
  return low == high ? low : low + (at - static_cast<double>(below)) * (high - low);
}

// By which probability the quantiles lie apart from which the density is taken: of the order that balances their noise
// and the density's curvature (Hall & Sheather 1988), and within the law.
double spacing(double level, std::size_t count) {
  return std::min(0.5 * std::pow(static_cast<double>(count), -1.0 / 3), 0.5 * std::min(level, 1 - level));
}

}  // namespace

void to_contributions(const Objective& objective, std::span<float> losses) {
  if (objective.kind == Objective::Kind::mean) return;
  std::vector<float> sorted(losses.begin(), losses.end());
  std::sort(sorted.begin(), sorted.end());
  const double q = quantile(sorted, objective.level);
  if (std::isinf(q)) return std::fill(losses.begin(), losses.end(), static_cast<float>(q));
  if (objective.kind == Objective::Kind::tail_mean) {
    for (float& loss : losses)
      loss = static_cast<float>(q + std::max(0.0, static_cast<double>(loss) - q) / (1 - objective.level));
    return;
  }
  const double h = spacing(objective.level, sorted.size());
  const double sparsity = (quantile(sorted, objective.level + h) - quantile(sorted, objective.level - h)) / (2 * h);
  for (float& loss : losses) {
    if (std::isinf(loss)) continue;
    loss = static_cast<float>(q + (objective.level - (static_cast<double>(loss) <= q ? 1 : 0)) * sparsity);
  }
}

}  // namespace losscast
