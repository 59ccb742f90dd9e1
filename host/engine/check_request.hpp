// What is wrong with a request, if anything. Both throw InputError.
#pragma once

#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"

namespace losscast {

// For an empty request: without a schedule, a path or a draw, or with an empty block.
void check_paths(const LossSde& sde, const PathRequest& request);

// Likewise, and for one that records outside a schedule.
void check_request(const LossSde& sde, const EnsembleRequest& request);

}  // namespace losscast
