// The two parts of a race: the search, and the finalists' simulation.
#pragma once

#include "losscast/fit/fit.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

// Throws as search() does.
SearchResult search_race(const SweepConfig& config, const CandidateList& candidates, const Fit& fit,
                         const SweepOptions& options);

// Throws as run() does.
SweepResult simulate_finalists(const SweepConfig& config, const CandidateList& candidates, SearchResult found,
                               const Fit& fit, const SweepOptions& options);

}  // namespace losscast
