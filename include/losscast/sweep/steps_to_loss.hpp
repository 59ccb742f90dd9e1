// The fewest steps after which the best schedule of a space comes to a loss.
#pragma once

#include <optional>
#include <vector>

#include "losscast/schedule/schedule.hpp"

namespace losscast {

// What a race found for runs of so many steps.
struct Probe {
  Step steps = 0;
  double mean = 0;  // of its winner [nats]
};

struct StepsToLoss {
  double loss = 0;            // that is asked for [nats]
  Step steps = 0;             // the fewest that were found to do
  std::vector<Probe> probes;  // ascending
  // Steps that it would take if the winner's mean lay one standard deviation of the fit's draws lower, or higher, by
  // the slope to the nearest probe; nothing where there is none.
  std::optional<Step> low, high;
};

}  // namespace losscast
