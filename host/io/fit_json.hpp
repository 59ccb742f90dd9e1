// Writes a fit as the content of fit.json.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "losscast/fit/fit.hpp"
#include "losscast/io/provenance.hpp"

namespace losscast {

// A hazard as it stands in fit.json.
nlohmann::ordered_json hazard_json(const FittedHazard& hazard);

// The draws come last: what people read comes before them.
nlohmann::ordered_json fit_json(const Fit& fit, const Provenance& provenance);

}  // namespace losscast
