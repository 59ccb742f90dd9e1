/// \file
/// The jumps of the loss SDE that follow from spikes in logged losses.
#pragma once

#include <span>
#include <vector>

#include "losscast/hazard/spike_detector.hpp"
#include "losscast/hazard/spike_rate.hpp"
#include "losscast/model/spikes.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// The spikes that are not put down to the LR: at the peak of one the LR is at most 1.05 times the lowest of the
/// twentieth of the run before it began. So neither warm-ups nor the bumps after the LR has risen again count.
std::vector<SeriesSpike> without_rises(const Schedule& schedule, std::vector<SeriesSpike> spikes);

/// A run whose log was searched for spikes.
struct WatchedRun {
  Schedule schedule;                     ///< of the whole run
  Step first = 0;                        ///< its log begins after so many updates
  Step last = 0;                         ///< and ends after so many
  std::vector<SeriesSpike> spikes = {};  ///< that find_spikes() found
};

/// Its evidence of the rate, over the LR: at most 512 parts of equal LR. Precondition: first < last <= total_steps().
RateEvidence rate_evidence(const WatchedRun& run);

/// What may happen to a run, from the losses of others: critical_lr is the rate's reference, jump_rate and
/// jump_exponent the posterior means, mean_jump the mean height, and jump_decay the sum of heights over the sum of
/// areas, which is the inverse of the time in which an exponential spike falls to 1/e. Spikes that fade between two
/// logged points are seen by chance only: the rate is that of those which a log shows. Precondition: there is a spike.
Spikes jumps_of_runs(std::span<const WatchedRun> runs, const SpikeRate& rate);

}  // namespace losscast
