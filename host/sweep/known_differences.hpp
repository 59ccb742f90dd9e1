// What the fit knows of a ranking.
#pragma once

#include <span>
#include <vector>

#include "losscast/fit/fit.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

// Lowers the best value of each draw to those of some candidates, [candidate][draw], where these are lower.
void lower_to(std::span<const float> values, std::span<float> best);

// Of one candidate, by its value in each draw, by those of the candidate ranked first, and by the best of each draw.
KnownDifference known_difference(std::span<const float> values, std::span<const float> first,
                                 std::span<const float> best, double delta);

// Counts a candidate, one after another from the first rank on. Returns whether it is the one, of those so far, that
// next_run is about.
bool count_known(const KnownDifference& known, bool is_ranked, KnownRanking& ranking);

// Adds to a result what the fit knows of its ranked candidates. The best of a draw is that of these and of `others`.
// The same for any number of threads.
void add_known_differences(const SweepConfig& config, const Fit& fit, double delta,
                           const std::vector<Candidate>& others, const Execution& execution, SweepResult& result);

}  // namespace losscast
