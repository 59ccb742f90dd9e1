// What is wrong with a request, if anything.
#pragma once

#include "losscast/engine/ensemble.hpp"

namespace losscast {

// Throws InputError for an empty request, or one that records outside a schedule.
void check_request(const EnsembleRequest& request);

}  // namespace losscast
