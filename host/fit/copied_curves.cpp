#include "fit/copied_curves.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "losscast/fit/folds.hpp"

namespace losscast {
namespace {

// How many decimals the losses of a log have, up to nine.
int decimals_of(const Curve& curve) {
  constexpr int kMost = 9;
  const auto fits = [&](int decimals) {
    const double scale = std::pow(10.0, decimals);
    return std::all_of(curve.points.begin(), curve.points.end(), [&](const CurvePoint& point) {
      return std::abs(point.loss * scale - std::round(point.loss * scale)) < 1e-6;
    });
  };
  int decimals = 0;
  while (decimals < kMost && !fits(decimals)) ++decimals;
  return decimals;
}

// How many points must agree, and how closely. With few decimals repeats of a run look alike.
struct Agreement {
  std::size_t fewest;
  double tolerance;  // [nats]
};
std::optional<Agreement> agreement_of(const Curve& part, const Curve& whole) {
  constexpr std::size_t kFewestEqual = 3, kFewestRounded = 8, kFewestOfTwoDecimals = 30;
  const int decimals = std::min(decimals_of(part), decimals_of(whole));
  if (decimals < 2) return {};
  if (decimals == 2) return Agreement{kFewestOfTwoDecimals, 0};
  if (part.points.size() < kFewestRounded) return Agreement{kFewestEqual, 0};
  return Agreement{kFewestRounded, 0.500001 * std::pow(10.0, -decimals)};
}

// Whether all points of the one are among the other's.
bool is_part_of(const Curve& part, const Curve& whole) {
  if (part.points.empty() || part.points.size() > whole.points.size()) return false;
  const auto begins = std::find_if(whole.points.begin(), whole.points.end(),
                                   [&](const CurvePoint& point) { return point.step >= part.points.front().step; });
  if (begins == whole.points.end() || begins->step != part.points.front().step) return false;
  const std::optional<Agreement> agreement = agreement_of(part, whole);
  if (!agreement || part.points.size() < agreement->fewest) return false;
  auto at = whole.points.begin();
  for (const CurvePoint& point : part.points) {
    while (at != whole.points.end() && at->step < point.step) ++at;
    if (at == whole.points.end() || at->step != point.step) return false;
    if (std::abs(at->loss - point.loss) > agreement->tolerance) return false;
  }
  return true;
}

bool of_one_recipe(const Curve& a, const Curve& b) {
  const Curve both[] = {a, b};
  return recipes_of(both).back() == 0;
}

}  // namespace

std::vector<CopiedCurve> find_copies(std::span<const Curve> curves) {
  std::vector<CopiedCurve> copies;
  for (std::size_t c = 0; c < curves.size(); ++c)
    for (std::size_t other = 0; other < curves.size(); ++other) {
      const bool more = curves[other].points.size() > curves[c].points.size();
      const bool as_many = curves[other].points.size() == curves[c].points.size();
      if (other == c || !(more || (as_many && other < c))) continue;
      if (!is_part_of(curves[c], curves[other]) || !of_one_recipe(curves[c], curves[other])) continue;
      copies.push_back({curves[c].name, curves[other].name});
      break;
    }
  return copies;
}

std::vector<Curve> without_copies(std::span<const Curve> curves, std::span<const CopiedCurve> copies) {
  if (copies.empty()) return {};
  std::vector<Curve> out;
  for (const Curve& curve : curves)
    if (std::none_of(copies.begin(), copies.end(), [&](const CopiedCurve& copy) { return copy.curve == curve.name; }))
      out.push_back(curve);
  return out;
}

}  // namespace losscast
