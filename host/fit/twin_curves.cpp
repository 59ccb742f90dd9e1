#include "fit/twin_curves.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "fit/curve_pairs.hpp"
#include "fit/median.hpp"
#include "losscast/fit/doubts.hpp"
#include "losscast/fit/folds.hpp"

namespace losscast {
namespace {

// The offset of two curves, if it is nearly the same in each quarter of what they have in common.
std::optional<double> constant_offset(const std::vector<LossPair>& pairs) {
  constexpr std::size_t kParts = 4, kFewest = 5;  // pairs in a part
  constexpr double kMostChange = 1.0 / 3;
  if (pairs.size() < kParts * kFewest) return {};
  std::vector<double> all, of_parts;
  for (const LossPair& pair : pairs) all.push_back(pair.first - pair.second);
  for (std::size_t part = 0; part < kParts; ++part) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(part * all.size() / kParts);
    of_parts.push_back(median_of(
        std::vector<double>(begin, all.begin() + static_cast<std::ptrdiff_t>((part + 1) * all.size() / kParts))));
  }
  const double offset = median_of(all);
  const auto [least, most] = std::minmax_element(of_parts.begin(), of_parts.end());
  if (std::abs(offset) <= kMostResidual || *most - *least > kMostChange * std::abs(offset)) return {};
  return offset;
}

}  // namespace

std::vector<TwinCurves> find_twin_curves(std::span<const Curve> curves) {
  std::vector<TwinCurves> twins;
  const std::vector<std::size_t> recipes = recipes_of(curves);
  for (std::size_t second = 0; second < curves.size(); ++second)
    for (std::size_t first = 0; first < second; ++first) {
      if (recipes[first] != recipes[second]) continue;
      const bool is_first_sparse = curves[first].points.size() < curves[second].points.size();
      const Curve &sparse = curves[is_first_sparse ? first : second], &dense = curves[is_first_sparse ? second : first];
      const std::optional<double> offset = constant_offset(loss_pairs(sparse, dense));
      if (!offset) continue;
      const bool is_above = *offset > 0;
      twins.push_back({(is_above ? sparse : dense).name, (is_above ? dense : sparse).name, std::abs(*offset)});
    }
  return twins;
}

}  // namespace losscast
