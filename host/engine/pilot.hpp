// Trying levers out before a long request.
#pragma once

#include <cstddef>

#include "engine/simulation.hpp"

namespace losscast {

// The request's levers, without those that were left to the engine and save nothing. A pilot of a few schedules and
// paths, on random numbers of its own, finds them: without such a lever half of the schedules or more need fewer
// path-steps. So many schedules with the request's paths that they are not much more than the pilot keep their levers
// untried.
Levers tried_levers(const Simulation& simulation, std::size_t schedules);

}  // namespace losscast
