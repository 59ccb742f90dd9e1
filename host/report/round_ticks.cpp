#include "losscast/report/round_ticks.hpp"

#include <cmath>

namespace losscast {

std::vector<double> round_ticks(double low, double high, int wanted) {
  const double raw = (high - low) / wanted;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  double spacing = 10 * power;
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= raw) {
      spacing = factor * power;
      break;
    }
  std::vector<double> ticks;
  for (double n = std::ceil(low / spacing); n * spacing <= high; ++n) ticks.push_back(n * spacing + 0.0);  // no -0
  return ticks;
}

}  // namespace losscast
