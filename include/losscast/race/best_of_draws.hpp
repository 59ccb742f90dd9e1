/// \file
/// What each parameter draw would choose, as far as a search has come.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace losscast {

/// The best candidates so far of each parameter draw that the first round takes: a heap of pairs of mean [nats] and
/// number.
using BestOfDraws = std::vector<std::vector<std::pair<float, std::int64_t>>>;

}  // namespace losscast
