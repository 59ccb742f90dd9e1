// The finalists of a race, simulated.
#pragma once

#include "losscast/fit/fit.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

// Throws as run() does.
SweepResult simulate_finalists(const SweepConfig& config, const CandidateList& candidates, SearchResult found,
                               const Fit& fit, const SweepOptions& options);

}  // namespace losscast
