#include "fit/curve_pairs.hpp"

#include <algorithm>

#include "fit/observations.hpp"

namespace losscast {

std::vector<LossPair> loss_pairs(const Curve& first, const Curve& second) {
  std::vector<LossPair> pairs;
  const Step begin = std::max(first_fitted_step(first), first_fitted_step(second));
  for (const CurvePoint& point : first.points) {
    if (point.step < begin) continue;
    const auto after = std::lower_bound(second.points.begin(), second.points.end(), point.step,
                                        [](const CurvePoint& one, Step step) { return one.step < step; });
    if (after == second.points.end()) break;
    if (after->step == point.step) {
      pairs.push_back({point.step, point.loss, after->loss});
    } else if (after != second.points.begin()) {
      const CurvePoint& before = *(after - 1);
      const double share =
          static_cast<double>(point.step - before.step) / static_cast<double>(after->step - before.step);
      pairs.push_back({point.step, point.loss, before.loss + share * (after->loss - before.loss)});
    }
  }
  return pairs;
}

}  // namespace losscast
