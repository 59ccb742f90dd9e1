// Trying levers out before a long request.
#pragma once

#include "engine/simulation.hpp"

namespace losscast {

// The request's levers, less those that were left to the engine and save nothing: without them, in a pilot of a few
// schedules and paths on random numbers of its own, half of the schedules or more need fewer path-steps. Requests that
// are not much longer than the pilot are not tried.
Levers tried_levers(const Simulation& simulation);

}  // namespace losscast
