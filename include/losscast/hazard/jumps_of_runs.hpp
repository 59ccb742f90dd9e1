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

/// How large jumps are, and how fast the loss forgets them.
struct JumpSize {
  double mean = 0;   ///< E[J] [nats]
  double decay = 0;  ///< k_z [1 / step]
};

/// The mean height of the spikes, and the sum of heights over the sum of areas, which is the inverse of the time in
/// which an exponential spike falls to 1/e. Precondition: there is a spike.
JumpSize jump_size(std::span<const WatchedRun> runs);

/// Jumps of this rate, whose strain is `amplification` times the LR: jump_rate and jump_exponent are the posterior
/// means, and critical_lr is the LR at the rate's reference. There is no barrier.
Spikes jumps_of_rate(const SpikeRate& rate, const JumpSize& size, double amplification = 1);

/// What may happen to a run, from the losses of others. Spikes that fade between two logged points are seen by chance
/// only: the rate is that of those which a log shows. Precondition: there is a spike.
inline Spikes jumps_of_runs(std::span<const WatchedRun> runs, const SpikeRate& rate) {
  return jumps_of_rate(rate, jump_size(runs));
}

}  // namespace losscast
