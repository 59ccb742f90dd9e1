/// \file
/// A sweep file that leaves the spikes to the fit.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "losscast/fit/fit.hpp"
#include "losscast/sweep/config.hpp"

namespace losscast {

/// A race whose runs may diverge by the fit alone leaves out candidates of which more diverge, unless its file says
/// another limit or what divergence costs. So does any choice by means alone, which no lost path shows in.
inline constexpr double kUsualDivergenceLimit = 0.01;

/// Reads a sweep file as read_sweep() does. Where it says neither spikes nor that there are none, those of its fit
/// stand there as if it did, and for a race without a cost of divergence the usual limit on it. Throws InputError like
/// read_sweep(), also for a limit on what by the fit cannot happen.
SweepConfig read_sweep_with_spikes(const std::filesystem::path& file, std::span<const std::string> settings,
                                   const Fit& fit);

}  // namespace losscast
