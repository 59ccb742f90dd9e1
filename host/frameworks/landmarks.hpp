// What the arguments of another framework's form may be, taken from a schedule.
#pragma once

#include <vector>

#include "losscast/schedule/schedule.hpp"

namespace losscast {

// Each list holds different values, the likeliest first.
struct Landmarks {
  std::vector<double> peaks;        // the LR that a warm-up would reach
  std::vector<Step> warmup_ends;    // the first update at the peak
  std::vector<double> first_rates;  // of the first updates
  std::vector<Step> decay_starts;   // the update from which the LR falls
  std::vector<Step> decay_ends;     // where the decay would have reached its low rate; above 0
  std::vector<double> low_rates;    // that rate
  std::vector<double> exponents;    // of a power of the decay's progress
  Step restarts = 0;                // how often the LR goes up again
};

// A rate without the digits that rounding has left behind it, which are below 1e-12 of it.
double rounded_rate(double rate);

Landmarks landmarks(const Schedule& schedule);

}  // namespace losscast
