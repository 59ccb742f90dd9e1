// The law of a size that was never trained, from those that were.
#pragma once

#include <cstdint>

#include "fit/size_stages.hpp"

namespace losscast {

// The fit of the last of the sizes with every law moved to `params` as all of them say. Draws of two sizes that are
// moved from the same one hang together: each is the same draw moved by the same slopes and the same fall of L0.
// Precondition: at least two sizes were fitted.
Fit moved_fit(const FittedSizes& fitted, const SdeModel& model, double params, std::uint64_t seed);

}  // namespace losscast
