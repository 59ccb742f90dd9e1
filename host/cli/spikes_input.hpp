// Spikes and divergence of a forecast: those of the fit, unless --spikes says others.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "losscast/fit/fit.hpp"

namespace losscast {

// --spikes
std::vector<Flag> spikes_flag();

// As --spikes says, or else the fit.
Spikes read_spikes_of(const Flags& flags, const Fit& fit);

// The fit's hazard, if an answer with these spikes rests on it; nothing if they are others, or none.
std::optional<FittedHazard> hazard_of_fit(const Fit& fit, const Spikes& spikes);

// Says in a line that an answer rests on the fit's hazard, and where that is from; nothing if it does not.
std::string hazard_text(const Fit& fit, const Spikes& spikes);

// That hazard, as in fit.json; null if the answer does not rest on it.
nlohmann::ordered_json hazard_json(const Fit& fit, const Spikes& spikes);
nlohmann::ordered_json hazard_json(const std::optional<FittedHazard>& hazard);

}  // namespace losscast
