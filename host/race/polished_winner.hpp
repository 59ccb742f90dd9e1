// The winner of a race by exact means, moved between its space's points.
#pragma once

#include <cstdint>
#include <optional>

#include "losscast/race/polished_winner.hpp"
#include "losscast/space/candidates.hpp"
#include "race/exact_means.hpp"

namespace losscast {

// The winner's arguments on axes that are ranges of numbers, moved within them to where the mean over all draws is
// lowest; constraints and limits hold. Nothing where there is no such axis, or where nothing is gained.
std::optional<PolishedWinner> polish_winner(const CandidateList& candidates, ExactMeans& means, std::int64_t winner);

}  // namespace losscast
