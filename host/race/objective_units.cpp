#include "race/objective_units.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "race/sorted_quantile.hpp"

namespace losscast {
namespace {

// Returns the probability h for which the density is taken from the quantiles at level - h and level + h. It is of the
// order that balances their noise and the density's curvature (Hall & Sheather 1988), and within the law.
double spacing(double level, std::size_t count) {
  return std::min(0.5 * std::pow(static_cast<double>(count), -1.0 / 3), 0.5 * std::min(level, 1 - level));
}

}  // namespace

void to_contributions(const Objective& objective, std::span<float> losses) {
  if (objective.kind == Objective::Kind::mean) return;
  std::vector<float> sorted(losses.begin(), losses.end());
  std::sort(sorted.begin(), sorted.end());
  const double q = sorted_quantile(sorted, objective.level);
  if (std::isinf(q)) return std::fill(losses.begin(), losses.end(), static_cast<float>(q));
  if (objective.kind == Objective::Kind::tail_mean) {
    for (float& loss : losses)
      loss = static_cast<float>(q + std::max(0.0, static_cast<double>(loss) - q) / (1 - objective.level));
    return;
  }
  const double h = spacing(objective.level, sorted.size());
  const double sparsity =
      (sorted_quantile(sorted, objective.level + h) - sorted_quantile(sorted, objective.level - h)) / (2 * h);
  for (float& loss : losses) {
    if (std::isinf(loss)) continue;
    loss = static_cast<float>(q + (objective.level - (static_cast<double>(loss) <= q ? 1 : 0)) * sparsity);
  }
}

}  // namespace losscast
