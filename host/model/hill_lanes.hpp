// The mean of hills across a run, and back: some of them side by side, as wide as vectors are.
#pragma once

#include <span>
#include <vector>

#include "losscast/model/coefficients.hpp"

namespace losscast {

struct HillLanes {
  static constexpr std::size_t kLanes = 8;
  double rate[kLanes] = {};  // 0 in lanes without a hill, whose mean stays 0
  double level[kLanes] = {};
};

// All hills, kLanes at a time.
std::vector<HillLanes> lanes_of(std::span<const Hill> hills);

// V' = V + g (l x^q - V), g = 1 - exp(-k dtau), from V = 0. Returns the sum of the hills at the end; g and V before
// each update go to g[step][lane] and before[step][lane].
double hills_forwards(const HillLanes& hills, std::span<const double> dtau, std::span<const double> level,
                      std::span<double> g, std::span<double> before);

// The way back: adds to dtau_bar and level_bar the derivatives, by each update's dtau and level, of that sum.
void hills_backwards(const HillLanes& hills, std::span<const double> level, std::span<const double> g,
                     std::span<const double> before, std::span<double> dtau_bar, std::span<double> level_bar);

}  // namespace losscast
