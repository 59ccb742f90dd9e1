// Noise-free twins: the path of each parameter draw without noise and spikes, in long blocks. Its final loss is nearly
// the exact mean of the loss given the draw; what it misses (the curvature of the signal over the clock's uncertainty,
// the error of long blocks, spikes) is left to the simulated paths, so nothing rests on it but their variance.
#pragma once

#include <span>
#include <vector>

#include "kernels/ensemble.hpp"
#include "losscast/engine/ensemble.hpp"

namespace losscast {

struct Twins {
  std::vector<float> values;     // [schedules][records][draws] [nats]
  std::int64_t block_steps = 0;  // executed
};

// Of some of the request's schedules, the longest one last. `constants`: class 2 coefficients of all draws.
Twins simulate_twins(const EnsembleRequest& request, std::span<const std::size_t> schedules, Step twin_block,
                     const std::vector<float>& constants, int threads, EnsembleWorker& worker);

}  // namespace losscast
