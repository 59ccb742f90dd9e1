// What a ranking takes: time, memory and disk, by some candidates that stand for all.
#pragma once

#include <cstddef>

#include "losscast/engine/request.hpp"
#include "losscast/sweep/rounds.hpp"
#include "sweep/ranking_parts.hpp"
#include "sweep/ranking_work.hpp"

namespace losscast {

// What is kept of a candidate, where all that is seen of it is kept until it is compared. [bytes]
std::size_t bytes_to_compare(const RankingWork& work);

// What the round that is open, and those after it, leave on a disk. Precondition: one is open.
RoundBytes ranking_disk(const RankingWork& work, const RankingState& state);

// Tells the observer what all candidates will take, by as many copies of the examples that `examples` has, and returns
// the seconds of simulating one. Throws InputError if it is more memory than there is.
double announce_ranking(RankingWork& work, const RankingState& state, EnsembleRequest examples);

}  // namespace losscast
