/// \file
/// P(spike), exactly.
#pragma once

#include <vector>

#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"

namespace losscast {

/// The exact probability, for each schedule, that a run has at least one jump: 1 - exp(-sum of the rate over the
/// updates). Throws InputError if the law has no jumps. `threads`: of the CPU; 0: all cores.
std::vector<double> spike_probability(const LossSde& sde, const PathRequest& request, int threads = 0);

}  // namespace losscast
