// What the fit knows of a ranking.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "losscast/fit/fit.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/result.hpp"
#include "race/observation_gain.hpp"
#include "sweep/values_of_draws.hpp"

namespace losscast {

// Lowers the best value of each draw to those of some candidates, [candidate][draw], where these are lower.
void lower_to(std::span<const float> values, std::span<float> best);

// Of one candidate, by its value in each draw, by those of the candidate ranked first, and by the best of each draw.
KnownDifference known_difference(std::span<const float> values, std::span<const float> first,
                                 std::span<const float> best, double delta);

// Counts a candidate. Returns whether it cannot be told from the best.
bool count_known(const KnownDifference& known, bool is_ranked, KnownRanking& ranking);

// A candidate that cannot be told from the best, and where it is among all.
struct Undecided {
  double p_within;
  std::size_t place;
};

// The places of the candidates that are compared as next runs: the first, then those of the highest p_within.
std::vector<std::size_t> places_of_next_runs(std::vector<Undecided> undecided);

// Which of these recipes, of which the first is that ranked first, is worth the most to train; nothing if none is.
std::optional<BestObservation> worth_most(const std::vector<Recipe>& recipes, ValuesOfDraws& values, int threads);

// Adds to a result what the fit knows of its ranked candidates. The best of a draw is that of these and of `others`.
// The same for any number of threads.
void add_known_differences(const SweepConfig& config, const Fit& fit, double delta,
                           const std::vector<Candidate>& others, const Execution& execution, SweepResult& result);

}  // namespace losscast
