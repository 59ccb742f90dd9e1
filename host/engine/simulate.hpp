// The simulation itself: workers take one chunk of a request after another.
#pragma once

#include "engine/simulation.hpp"
#include "losscast/engine/result.hpp"

namespace losscast {

// The law of the paths that are simulated: without jumps where these are added exactly.
LossSde simulated_sde(const Simulation& simulation);

// All schedules of the request, on these workers of the processor, for the law of the simulated paths. An error of a
// worker, such as the DeviceError of a GPU that was lost, is thrown again once the others have finished the chunk that
// they are at.
EnsembleResult simulate(const Simulation& simulation, const Workers& workers);

// The same on workers of its own.
inline EnsembleResult simulate(const Simulation& simulation) {
  return simulate(simulation, make_workers(simulated_sde(simulation), simulation.request.scheme, simulation.processor));
}

}  // namespace losscast
