// The keys of a table of spikes: the fields of Spikes, by their names.
#pragma once

#include <array>
#include <utility>

#include "losscast/model/spikes.hpp"

namespace losscast {

inline constexpr std::array<std::pair<const char*, double Spikes::*>, 9> kSpikesKeys = {{
    {"jump_rate", &Spikes::jump_rate},
    {"critical_lr", &Spikes::critical_lr},
    {"jump_exponent", &Spikes::jump_exponent},
    {"mean_jump", &Spikes::mean_jump},
    {"jump_decay", &Spikes::jump_decay},
    {"barrier_pull", &Spikes::barrier_pull},
    {"barrier_noise", &Spikes::barrier_noise},
    {"barrier_growth", &Spikes::barrier_growth},
    {"barrier_limit", &Spikes::barrier_limit},
}};

}  // namespace losscast
