/// \file
/// All statistics of the loss over paths.
#pragma once

#include <cstdint>
#include <span>

#include "losscast/engine/statistics.hpp"

namespace losscast {

/// Statistics of one candidate at one time over its paths, of which path p has parameter draw p mod `draws`. NaN
/// and +infinity mark paths that went wrong. Reorders `values`.
Statistics summarise(std::span<float> values, std::int64_t draws = 1);

}  // namespace losscast
