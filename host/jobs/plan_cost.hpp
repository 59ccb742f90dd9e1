// What a planned sweep takes, about.
#pragma once

#include <cstddef>

#include "losscast/jobs/plan.hpp"

namespace losscast {

// By a round of it that is open, in so many shards, and the size of the state that they start from.
PlanCost cost_of(const SweepPlan& plan, const Round& round, std::size_t state_bytes, int shards);

}  // namespace losscast
