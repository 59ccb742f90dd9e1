#include "losscast/sweep/bands.hpp"

#include <algorithm>

namespace losscast {

std::vector<Step> band_steps(Step total_steps, int times, Step block) {
  const auto ceiling = [](Step numerator, Step denominator) { return (numerator + denominator - 1) / denominator; };
  std::vector<Step> steps;
  for (Step i = 1; i <= times; ++i)
    steps.push_back(std::min(total_steps, ceiling(ceiling(i * total_steps, times), block) * block));
  return steps;
}

}  // namespace losscast
