/// \file
/// Beginning a sweep in rounds, and going on with one.
#pragma once

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

}  // namespace losscast
