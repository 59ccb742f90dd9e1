// What a schedule must not exceed to be a candidate.
#pragma once

#include <optional>

#include "losscast/model/spikes.hpp"
#include "losscast/search/candidates.hpp"

namespace losscast {

struct Limits {
  std::optional<double> spike_probability;  // that a run has at least one jump, at most
};

// Leaves out of the list what exceeds the limits. Throws InputError for a limit on spikes without jumps, and where
// every candidate of a spread sample exceeds them, naming the one that is closest.
void apply_limits(CandidateList& candidates, const Limits& limits, const Spikes& spikes, int threads);

}  // namespace losscast
