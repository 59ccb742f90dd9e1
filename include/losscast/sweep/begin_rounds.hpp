/// \file
/// Beginning a sweep in rounds, and going on with one.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "losscast/fit/fit.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/rounds.hpp"

namespace losscast {

/// Begins a sweep: takes the decisions that hold for all of it, such as the length of blocks. Throws InputError as
/// Sweep() and run() do. Everything that is given must outlive the object.
std::unique_ptr<SweepRounds> begin_rounds(const SweepConfig& config, const Fit& fit, const SweepOptions& options);

/// Goes on from the state of a sweep of the same configuration, fit and options. Throws InputError if it is none.
std::unique_ptr<SweepRounds> resume_rounds(const SweepConfig& config, const Fit& fit, const SweepOptions& options,
                                           std::string_view state);

/// Throws InputError, saying why, if candidates cannot be added to such a sweep, whatever has been computed of it: to a
/// race, a sweep with a precision goal, or a grid.
void require_extendable(const SweepConfig& config, const SweepOptions& options);

/// Adds candidates to a sweep in its first round, which had `before` of them: `config` is that of the sweep but for
/// more candidates. What was computed of the round stays good: its items keep their numbers, and the added ones follow.
/// Throws as require_extendable() does, and InputError if the added candidates need shorter blocks.
std::unique_ptr<SweepRounds> extend_rounds(const SweepConfig& config, const Fit& fit, const SweepOptions& options,
                                           std::string_view state, std::int64_t before);

}  // namespace losscast
