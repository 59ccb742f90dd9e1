/// \file
/// What each parameter draw would choose, by the candidates that a search has seen.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace losscast {

/// The best candidates of each parameter draw that the first round takes, lowest first: pairs of mean [nats] and
/// number.
using BestOfDraws = std::vector<std::vector<std::pair<float, std::int64_t>>>;

}  // namespace losscast
