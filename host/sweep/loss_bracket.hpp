// Where the fewest steps to a loss lie, by the lengths of run that have been tried.
#pragma once

#include <optional>
#include <vector>

#include "losscast/sweep/result.hpp"

namespace losscast {

// The longest of the probes whose mean is above the loss.
std::optional<Probe> longest_that_misses(double loss, const std::vector<Probe>& probes);
// The shortest of those whose mean is not.
std::optional<Probe> shortest_that_meets(double loss, const std::vector<Probe>& probes);

// The length to try next, between two probes of which the longer one meets the loss; nothing where they are so close
// that the fewest steps are known. It lies a little beyond where the loss is expected, on the side from which the
// bracket is farther.
std::optional<Step> next_length(double loss, const Probe& misses, const Probe& meets);

// Sets the steps that it would take if the mean lay by `deviation` nats lower or higher, by the slope at found.steps.
void add_range(double deviation, StepsToLoss& found);

}  // namespace losscast
