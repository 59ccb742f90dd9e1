#include "logs/family_searches.hpp"

#include <algorithm>
#include <string>

#include "logs/round_number.hpp"

namespace losscast {

std::vector<double> peaks(const RatePoints& rates) {
  double low = 0, high = 1e300;
  for (std::size_t i = rates.first_top; i <= rates.last_top; ++i) {
    low = std::max(low, rates.points[i].lr - rates.points[i].tolerance);
    high = std::min(high, rates.points[i].lr + rates.points[i].tolerance);
  }
  return round_numbers((low + high) / 2, (high - low) / 2);
}

Arguments rising_to(double peak, Step total_steps) {
  return {{{"family", std::string("constant")}, {"peak_lr", peak}, {"total_steps", static_cast<double>(total_steps)}}};
}

}  // namespace losscast
