#include "fit/unit_slips.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "fit/curve_pairs.hpp"
#include "fit/median.hpp"

namespace losscast {
namespace {

double in_nats(double loss, UnitSlip::Unit unit) {
  return unit == UnitSlip::Unit::bits ? loss * std::numbers::ln2 : std::log(loss);
}

// The median ratio of the one curve's losses to the other's, turned into nats from a unit.
template <class Turn>
double ratio_of(const std::vector<LossPair>& pairs, const Turn& turn) {
  std::vector<double> ratios;
  for (const LossPair& pair : pairs) ratios.push_back(turn(pair.first) / pair.second);
  return median_of(std::move(ratios));
}

void look_at(const Curve& curve, std::span<const Curve> curves, UnitSlip::Unit unit, std::vector<UnitSlip>& slips) {
  constexpr double kFar = 1.25, kNear = 0.1;
  constexpr std::size_t kFewest = 3;
  UnitSlip slip{curve.name, unit, {}, 0};
  for (const Curve& other : curves) {
    if (&other == &curve) continue;
    const std::vector<LossPair> pairs = loss_pairs(curve, other);
    if (pairs.size() < kFewest) continue;
    const double ratio = ratio_of(pairs, [](double loss) { return loss; });
    const double turned = ratio_of(pairs, [&](double loss) { return in_nats(loss, unit); });
    if (ratio < kFar || std::abs(turned - 1) > kNear) continue;
    slip.others.push_back(other.name);
    slip.ratio = ratio;
  }
  if (!slip.others.empty()) slips.push_back(std::move(slip));
}

}  // namespace

std::vector<UnitSlip> find_unit_slips(std::span<const Curve> curves) {
  std::vector<UnitSlip> slips;
  for (const Curve& curve : curves)
    for (const UnitSlip::Unit unit : {UnitSlip::Unit::bits, UnitSlip::Unit::perplexity})
      look_at(curve, curves, unit, slips);
  return slips;
}

}  // namespace losscast
