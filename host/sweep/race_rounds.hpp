// A sweep by race, as rounds of independent work.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "losscast/fit/fit.hpp"
#include "losscast/space/candidates.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/rounds.hpp"

namespace losscast {

// Begins the race, or goes on from its state; the items of a round are its candidates. Precondition: config.race is
// set, without a target loss. Throws as raced_candidates() and search() do.
std::unique_ptr<SweepRounds> race_rounds(const SweepConfig& config, const Fit& fit, const SweepOptions& options,
                                         std::optional<std::string_view> state);

// Begins the race of these candidates, which are those of the configuration.
std::unique_ptr<SweepRounds> race_rounds(const SweepConfig& config, CandidateList candidates, const Fit& fit,
                                         const SweepOptions& options);

}  // namespace losscast
