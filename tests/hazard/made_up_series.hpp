// Series of losses with noise and with spikes put in.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "losscast/hazard/spike_detector.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"

namespace losscast {

inline double made_up_normal(std::uint64_t seed, std::uint32_t number) {
  float four[4];
  normals4(random_bits(seed, Stream::observation, 0, number, 0), four);
  return static_cast<double>(four[0]);
}

// A falling loss logged every `spacing` steps, with normal noise.
inline std::vector<LoggedValue> falling_losses(std::uint64_t seed, int count, Step spacing, double noise) {
  std::vector<LoggedValue> values;
  for (int i = 1; i <= count; ++i) {
    const double fraction = i / static_cast<double>(count);
    values.push_back(
        {.step = i * spacing,
         .value = 3 + 0.4 / std::sqrt(fraction + 0.01) + noise * made_up_normal(seed, static_cast<std::uint32_t>(i))});
  }
  return values;
}

// Adds a spike that falls off exponentially.
inline void add_spike(std::vector<LoggedValue>& values, Step step, double height, double decay) {
  for (LoggedValue& one : values)
    if (one.step >= step) one.value += height * std::exp(-decay * static_cast<double>(one.step - step));
}

}  // namespace losscast
