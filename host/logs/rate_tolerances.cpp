#include "losscast/logs/rate_tolerances.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace losscast {

namespace {

double highest(std::span<const LoggedPoint> rates) {
  double peak = 0;
  for (const LoggedPoint& rate : rates) peak = std::max(peak, rate.value);
  return peak;
}

// The smallest of a quantity over the rates that it is above 0 for.
template <typename Quantity>
double smallest(std::span<const LoggedPoint> rates, const Quantity& quantity) {
  double least = std::numeric_limits<double>::infinity();
  for (const LoggedPoint& rate : rates)
    if (quantity(rate) > 0) least = std::min(least, quantity(rate));
  return std::isfinite(least) ? least : 0;
}

}  // namespace

std::vector<double> rate_tolerances(std::span<const LoggedPoint> rates, double slack) {
  const double peak = highest(rates);
  const double unit = smallest(rates, [](const LoggedPoint& rate) { return rate.unit; });
  const double unit_of_high =
      smallest(rates, [&](const LoggedPoint& rate) { return rate.value >= peak / 2 ? rate.unit : 0.0; });
  const double relative =
      smallest(rates, [](const LoggedPoint& rate) { return rate.value > 0 ? rate.unit / rate.value : 0.0; });
  const bool has_fixed_decimals = unit_of_high <= 1.5 * unit;
  std::vector<double> tolerances;
  for (const LoggedPoint& rate : rates) {
    // The units of numbers with as many digits lie within a factor of ten, relative to them.
    const double shown = has_fixed_decimals ? unit : std::min(rate.unit, 10 * relative * rate.value);
    tolerances.push_back(shown / 2 * (1 + 1e-6) + slack * peak);
  }
  return tolerances;
}

}  // namespace losscast
