// The second pass of a sweep: simulates the candidates that matter once more, and records their losses over time.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "losscast/engine/ensemble.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/sweep/bands.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

// A ranked candidate whose losses over time are recorded.
struct RecordedCandidate {
  const Recipe* recipe;
  std::int64_t paths;        // as in the ranking
  const Statistics* at_end;  // as in the ranking
};

// Losses over time, [candidate][time], as in SweepBands.
struct RecordedLosses {
  std::vector<Step> steps;
  std::vector<Statistics> statistics;
};

template <class Archive>
void members(Archive& archive, RecordedLosses& losses) {
  archive(losses.steps, losses.statistics);
}

// How candidates were ranked whose losses are recorded.
struct RankedBy {
  const LossSde& sde;
  const EnsembleRequest& request;  // of which the schedules, and what it records, do not matter
  const RunDecisions& decisions;
  const Execution& execution;
};

// Simulates candidates once more. Adds to `spent` what the engine took.
RecordedLosses record_losses(int times, const RankedBy& ranking, std::span<const RecordedCandidate> candidates,
                             Performance& spent);

// Whether a candidate's bands belong to those that cannot be told from the first.
bool is_finalist(const Statistics& one, const PairedDifference& difference, const Statistics& first);

// Bands without losses: of these ranks, from 1, at so many times.
SweepBands empty_bands(std::vector<std::size_t> ranks, int times);

// The bands of the ranked candidates that the configuration names; nothing if it names none. Tells the observer.
std::optional<SweepBands> simulate_bands(const BandsConfig& config, const RankedBy& ranking,
                                         std::span<const RankedCandidate> ranked, SweepObserver& observer,
                                         Performance& spent);

// Memory that this takes at most: the engine's, and the bands. `ranking` has schedules of which the longest is one of
// all; these are so many. [bytes]
std::size_t bands_bytes(const BandsConfig& config, const LossSde& sde, const EnsembleRequest& ranking,
                        std::size_t schedules, const Execution& execution, Step block);

}  // namespace losscast
