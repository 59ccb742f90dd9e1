/// \file
/// The candidates that race in a sweep.
#pragma once

#include "losscast/fit/fit.hpp"
#include "losscast/space/candidates.hpp"
#include "losscast/sweep/config.hpp"

namespace losscast {

/// The candidates of a race: those that meet its limits. Throws as CandidateList() and apply_limits() do.
CandidateList raced_candidates(const SweepConfig& config, const Fit& fit, int threads);

}  // namespace losscast
