// The two parts of a race: the search, and the finalists' simulation.
#pragma once

#include "losscast/sweep/sweep.hpp"

namespace losscast {

// The configuration without what its limits have reckoned with: divergence.
SweepConfig without_limited_risks(const SweepConfig& config);

SearchResult search_race(const SweepConfig& config, const CandidateList& candidates, const Fit& fit,
                         const SweepOptions& options);

SweepResult simulate_finalists(const SweepConfig& config, const CandidateList& candidates, SearchResult found,
                               const Fit& fit, const SweepOptions& options);

}  // namespace losscast
