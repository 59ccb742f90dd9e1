// What the fit knows of a ranking.
#pragma once

#include <vector>

#include "losscast/fit/fit.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

// Adds to a result what the fit knows of its ranked candidates. The best of a draw is that of these and of `others`.
// The same for any number of threads.
void add_known_differences(const SweepConfig& config, const Fit& fit, double delta,
                           const std::vector<Candidate>& others, const Execution& execution, SweepResult& result);

}  // namespace losscast
