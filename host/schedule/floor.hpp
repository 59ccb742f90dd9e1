// A floor below which the LR does not fall.
#pragma once

#include <optional>
#include <vector>

#include "losscast/schedule/family.hpp"
#include "schedule/argument_reader.hpp"

namespace losscast {

// floor_lr or floor_ratio.
std::vector<FamilyArgument> floor_arguments();

// The floor, or nothing if none is given. Throws ArgumentError if it is above the peak.
std::optional<double> read_floor(const ArgumentReader& arguments, double peak_lr);

// Replaces every LR below the floor by it, in all segments but the first `kept`.
void raise_to_floor(double floor, std::size_t kept, std::vector<Segment>& segments);

}  // namespace losscast
