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
  const double first = std::ceil(low / spacing);
  for (int i = 0; i <= wanted; ++i) {                 // no more fit, and fewer where the numbers' own digits end
    const double tick = (first + i) * spacing + 0.0;  // 0.0, not -0.0
    if (!(tick <= high)) break;
    ticks.push_back(tick);
  }
  return ticks;
}

}  // namespace losscast
