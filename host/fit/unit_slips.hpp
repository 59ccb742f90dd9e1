// Curves whose losses seem to be in another unit than others'.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "losscast/fit/curve.hpp"

namespace losscast {

struct UnitSlip {
  enum class Unit { bits, perplexity };

  std::string curve;                // its name
  Unit unit;                        // that its losses seem to be in
  std::vector<std::string> others;  // curves that they would come to, as nats
  double ratio;                     // of its losses to those of these curves, as they stand
};

// Curves of which the losses, at the steps that they have in common with other curves, lie 1.25 times or more above
// theirs, and within a tenth of them once they are turned from bits or perplexities into nats. Losses of runs of one
// model are within a few hundredths of each other at a step, whatever the schedules.
std::vector<UnitSlip> find_unit_slips(std::span<const Curve> curves);

}  // namespace losscast
