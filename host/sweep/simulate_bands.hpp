// The second pass of a sweep: simulates the candidates that matter once more, and records their losses over time.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/sweep/bands.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

// The bands of the ranked candidates that the configuration names; nothing if it names none. `ranking` is the request
// that they were ranked by, with the block that was used; its schedules and what it records do not matter. Adds to
// `spent` what the engine took, and tells the observer.
std::optional<SweepBands> simulate_bands(const BandsConfig& config, const LossSde& sde, EnsembleRequest ranking,
                                         std::span<const RankedCandidate> ranked, const SweepOptions& options,
                                         Performance& spent);

// Memory that this takes at most: the engine's, and the bands. `ranking` has the schedules of all candidates. [bytes]
std::size_t bands_bytes(const BandsConfig& config, const LossSde& sde, const EnsembleRequest& ranking,
                        const Execution& execution, Step block);

}  // namespace losscast
