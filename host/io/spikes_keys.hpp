// The keys of a table of spikes: the fields of Spikes, by their names.
#pragma once

#include <array>
#include <utility>

#include "losscast/model/spikes.hpp"

namespace losscast {

inline constexpr std::array<std::pair<const char*, double Spikes::*>, 10> kSpikesKeys = {{
    {"jump_rate", &Spikes::jump_rate},
    {"critical_lr", &Spikes::critical_lr},
    {"jump_exponent", &Spikes::jump_exponent},
    {"mean_jump", &Spikes::mean_jump},
    {"jump_decay", &Spikes::jump_decay},
    {"barrier_pull", &Spikes::barrier_pull},
    {"barrier_noise", &Spikes::barrier_noise},
    {"barrier_growth", &Spikes::barrier_growth},
    {"barrier_limit", &Spikes::barrier_limit},
    {"barrier_exponent", &Spikes::barrier_exponent},
}};

// The word for spikes that are off.
inline constexpr const char* kNoSpikes = "none";

// Beside these keys in a fit: where the numbers are from.
inline constexpr const char* kJumpsFromKey = "jumps_from";
inline constexpr const char* kBarrierFromKey = "barrier_from";

// Whether a file must say the number: it is not the default, or there is none in files.
inline bool is_said(const Spikes& spikes, double Spikes::*member) {
  return spikes.*member != Spikes().*member || (member == &Spikes::critical_lr && spikes.jump_rate > 0);
}

}  // namespace losscast
