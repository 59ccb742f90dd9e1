// Exact means of schedules, in many more blocks than a search takes.
#pragma once

#include <span>
#include <vector>

#include "losscast/precision/conditional_means.hpp"
#include "losscast/space/candidates.hpp"

namespace losscast::bench {

inline constexpr int kFineBlocks = 128;  // of a segment

// Mean final loss of each schedule over the first `draws` draws. [nats]
std::vector<double> exact_values(ConditionalMeans& means, std::span<const Recipe> recipes, std::int64_t draws,
                                 int blocks = kFineBlocks);

// The schedules of some candidates, all of which exist.
std::vector<Recipe> recipes_of(const CandidateList& list, std::span<const std::int64_t> numbers);

}  // namespace losscast::bench
