// The work of a request, counted by arithmetic alone. [block-steps]
#pragma once

#include <cstdint>

#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"

namespace losscast {

// Returns how many block-steps the request's paths take, in blocks of `block` steps.
std::int64_t path_block_steps(const EnsembleRequest& request, Step block);

// Returns how many block-steps the twins take that the request would have with these levers; 0 if it would have none.
std::int64_t twin_block_steps(const LossSde& sde, const EnsembleRequest& request, const Levers& levers, Step block);

}  // namespace losscast
