/// \file
/// A few schedules beside each other, as people publish them.
#pragma once

#include <vector>

#include "losscast/fit/fit.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

/// One of the schedules.
struct ComparedSchedule {
  std::size_t number;         ///< in the order given
  RankedCandidate simulated;  ///< its difference is to the best, with an interval that holds for all of them at once
  /// Lower end of the confidence interval of the same difference over the fit's parameter draws, exact in each. [nats]
  double draws_low = 0;
  double draws_high = 0;    ///< upper end [nats]
  double share_better = 0;  ///< of the draws in which it is better than the best
};

/// All of them.
struct Comparison {
  std::vector<ComparedSchedule> schedules;  ///< the best first
  KnownRanking known;                       ///< what the fit knows of their ranking
};

/// Simulates all schedules on the same draws and random numbers. Of `config` only paths, seed, delta, confidence,
/// spikes and the cost of divergence are used. With spikes there are no exact means, and draws_low, draws_high and
/// share_better stay 0. Throws as run() does.
Comparison compare_schedules(const std::vector<Arguments>& schedules, const SweepConfig& config, const Fit& fit,
                             const SweepOptions& options);

}  // namespace losscast
