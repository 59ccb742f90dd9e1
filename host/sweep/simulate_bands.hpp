// The second pass of a sweep: the candidates that matter once more, recorded along the way.
#pragma once

#include <optional>
#include <span>

#include "losscast/engine/ensemble.hpp"
#include "losscast/sweep/sweep.hpp"

namespace losscast {

// Bands of the ranked candidates that the configuration names; none if it names none. `ranking` is the request that
// they were ranked by, its block set to the one that was used; its schedules and what it records do not matter. Adds to
// `spent` what the engine does, and tells options.before_bands.
std::optional<SweepBands> simulate_bands(const BandsConfig& config, EnsembleRequest ranking,
                                         std::span<const RankedCandidate> ranked, const SweepOptions& options,
                                         Performance& spent);

// Memory that this takes at most: the engine's, and the bands. `ranking` has the schedules of all candidates. [bytes]
std::size_t bands_bytes(const BandsConfig& config, const EnsembleRequest& ranking, Step block);

}  // namespace losscast
