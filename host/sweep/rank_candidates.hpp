// Candidates simulated, compared and ordered.
#pragma once

#include "losscast/sweep/sweep.hpp"

namespace losscast {

// Who comes first, and is what others are compared with.
enum class First {
  lowest_mean,
  as_given,  // the first candidate, whatever its mean
};

// run_sweep(), with a choice of the first.
SweepResult rank_candidates(const SweepConfig& config, std::vector<Candidate> candidates, const Fit& fit,
                            const SweepOptions& options, First first);

}  // namespace losscast
