// Twins: for each parameter draw, the path without noise and spikes, in long blocks. Its final loss is nearly the exact
// mean of the loss given the draw. What it misses (the curvature of the signal over the clock's uncertainty, the error
// of long blocks, spikes) the simulated paths add, so that twins change the variance of an estimate, and never its
// expectation.
#pragma once

#include <vector>

#include "engine/tables.hpp"

namespace losscast {

struct Twins {
  std::vector<float> values;     // [schedules][records][draws] [nats]
  std::int64_t block_steps = 0;  // executed
};

// Simulates the twins of some schedules, on a grid of long blocks. `constants` has class 2 coefficients of all draws.
Twins simulate_twins(const LossSde& sde, Grid grid, const RecipeChoice& recipes, const DrawConstants& constants,
                     int threads, EnsembleWorker& worker);

}  // namespace losscast
