// The ranked candidates of a sweep as the text of results.csv.
#pragma once

#include <span>
#include <string>

#include "losscast/sweep/result.hpp"

namespace losscast {

// Rank, family, a column for each argument of any family, statistics, what the fit knows of the
// difference to the best, paired difference, extrapolations, status.
std::string results_csv(std::span<const FamilySpace> families, std::span<const RankedCandidate> ranked);

}  // namespace losscast
