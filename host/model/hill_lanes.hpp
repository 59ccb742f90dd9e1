// The mean of hills across a run, and back: some of them side by side, as wide as vectors are.
#pragma once

#include <array>
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

// A number for each lane: means of the hills, or derivatives of the loss by them.
using LaneNumbers = std::array<double, HillLanes::kLanes>;

// Adds the lanes in an order that does not depend on the width of vectors.
double sum_of(const LaneNumbers& x);

// V' = V + g (l x^q - V), g = 1 - exp(-k dtau), for the updates of a part of a run, from and to `mean`. g and V before
// each update go to g[step][lane] and before[step][lane].
void hills_forwards(const HillLanes& hills, std::span<const double> dtau, std::span<const double> level,
                    LaneNumbers& mean, std::span<double> g, std::span<double> before);

// What hills did across a part of a run: x^q of each update, and what hills_forwards() gave.
struct HillPart {
  std::span<const double> level, g, before;
};

// The way back across such a part: `mean_bar` is the derivative of the loss by the hills after it, and then before it.
// Adds to dtau_bar and level_bar the derivatives by each update's dtau and level.
void hills_backwards(const HillLanes& hills, const HillPart& part, LaneNumbers& mean_bar, std::span<double> dtau_bar,
                     std::span<double> level_bar);

}  // namespace losscast
