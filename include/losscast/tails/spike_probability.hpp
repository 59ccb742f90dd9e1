// P(spike), exactly.
#pragma once

#include <vector>

#include "losscast/engine/ensemble.hpp"

namespace losscast {

// Probability that a run has at least one jump, as the engine draws them: 1 - product of (1 - p_b) over its blocks;
// exact. Throws InputError without jumps.
std::vector<double> spike_probability(const EnsembleRequest& request);

}  // namespace losscast
