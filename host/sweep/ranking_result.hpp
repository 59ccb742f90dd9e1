// What a ranking whose rounds are over has found.
#pragma once

#include "losscast/sweep/result.hpp"
#include "sweep/ranking_parts.hpp"
#include "sweep/ranking_work.hpp"

namespace losscast {

// The result of a ranking in Stage::over, of which it takes the records. Simulates those that cannot be told from the
// first once more, for bands over time, unless all of them were recorded. Its total_seconds are for the caller to set.
SweepResult ranking_result(RankingWork& work, RankingState& state);

}  // namespace losscast
