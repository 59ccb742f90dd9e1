// The work of a request, counted by arithmetic alone. [block-steps]
#pragma once

#include <cstdint>

#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"

namespace losscast {

// Of its paths, in blocks of `block` steps.
std::int64_t path_block_steps(const EnsembleRequest& request, Step block);

// Of the noise-free twins that it would have with these levers.
std::int64_t twin_block_steps(const LossSde& sde, const EnsembleRequest& request, const Levers& levers, Step block);

}  // namespace losscast
