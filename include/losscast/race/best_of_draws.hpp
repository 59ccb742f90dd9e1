// What each parameter draw would choose, as far as a search has come.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace losscast {

// For each parameter draw that the first round takes, its best candidates so far: mean [nats] and number, as a heap.
using BestOfDraws = std::vector<std::vector<std::pair<float, std::int64_t>>>;

}  // namespace losscast
