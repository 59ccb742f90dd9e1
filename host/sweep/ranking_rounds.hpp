// A sweep that simulates and ranks every candidate, in rounds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "losscast/fit/fit.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/rounds.hpp"
#include "sweep/ranking_parts.hpp"

namespace losscast {

// One round simulates all candidates. A second one compares them with the best, where what the first has seen of them
// would take more than `kept_bytes` and is simulated again; and a last one records the losses over time, where those of
// all candidates are asked for. Without a `state` the sweep begins. Precondition: neither a race nor a precision goal.
std::unique_ptr<SweepRounds> ranking_rounds(const SweepConfig& config, const Fit& fit, const SweepOptions& options,
                                            std::optional<std::string_view> state, std::size_t kept_bytes = kKeptBytes);

// Goes on from the state of a sweep that had `before` candidates, where the configuration has more of them. Throws
// InputError if none can be added, or if they need shorter blocks.
std::unique_ptr<SweepRounds> extended_ranking(const SweepConfig& config, const Fit& fit, const SweepOptions& options,
                                              std::string_view state, std::int64_t before);

}  // namespace losscast
