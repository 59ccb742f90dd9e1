// The keys of fit.json that its writer and its reader go through in a loop.
#pragma once

#include <array>
#include <utility>

#include "losscast/fit/fit.hpp"

namespace losscast {

// Only where there is a hazard: most fits know of none.
inline constexpr const char* kFitSpikesKey = "spikes";

inline constexpr std::array<std::pair<const char*, NoiseParameter Noise::*>, 5> kNoiseKeys = {{
    {"startup_shift", &Noise::startup_shift},
    {"river_noise", &Noise::river_noise},
    {"hill_dimensions", &Noise::hill_dimensions},
    {"run_offset", &Noise::run_offset},
    {"observation_noise", &Noise::observation_noise},
}};

}  // namespace losscast
