// The search for the fewest steps to a loss, as rounds of independent work.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "losscast/fit/fit.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/rounds.hpp"

namespace losscast {

// Begins with the race for the shortest runs, or goes on from a state; the items of a round are the candidates of the
// race that is open. Precondition: config.race has a target loss. Throws as run_steps_to_loss() does; close() throws if
// the longest run misses the target.
std::unique_ptr<SweepRounds> steps_to_loss_rounds(const SweepConfig& config, const Fit& fit,
                                                  const SweepOptions& options, std::optional<std::string_view> state);

}  // namespace losscast
