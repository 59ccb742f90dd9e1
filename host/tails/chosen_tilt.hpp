// How far the jumps' law is tilted, by pilots.
#pragma once

#include <cstdint>
#include <vector>

#include "tails/jump_sampling.hpp"

namespace losscast {

// Groups of the random numbers of Stream::tail_jumps.
inline constexpr std::uint32_t kTailSamples = 0, kTailPilot = 1;

struct ChosenTilt {
  double tilt;
  std::vector<JumpSample> samples;  // those of the pilot
  std::int64_t updates;             // what the pilots took
};

// The tilt under which Z is `size` on average, or 0 if a pilot finds, by second moments, that weighted samples estimate
// P(Z > size) no better than plain ones.
ChosenTilt helpful_tilt(const std::vector<JumpBlock>& blocks, std::uint64_t seed, double size);

// The same for the size that Z exceeds with about this probability; 0 if P(there is a jump) is smaller.
ChosenTilt helpful_tilt_beyond(const std::vector<JumpBlock>& blocks, std::uint64_t seed, double probability);

}  // namespace losscast
