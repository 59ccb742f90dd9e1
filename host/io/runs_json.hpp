// The laws of finished runs as JSON, for their file and for the screen.
#pragma once

#include <nlohmann/json.hpp>

#include "losscast/scaling/runs_fit.hpp"

namespace losscast {

// All but the draws and the offsets, which are long.
nlohmann::ordered_json runs_fit_json(const RunsFit& fit);

}  // namespace losscast
