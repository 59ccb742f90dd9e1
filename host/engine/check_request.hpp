// Checks of requests. Both throw InputError.
#pragma once

#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"

namespace losscast {

// Throws for an empty request, which has no schedule, no path, no draw, or an empty block, and for recipes that the law
// does not stand for.
void check_paths(const LossSde& sde, const PathRequest& request);

// Throws likewise, and for a request that records outside a schedule.
void check_request(const LossSde& sde, const EnsembleRequest& request);

}  // namespace losscast
