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
  std::vector<JumpSample> samples;  // a pilot's
  std::int64_t updates;             // of the pilots
};

// The tilt that makes Z `size` on average, or 0 if by a pilot's second moments weighted samples of P(Z > size) are no
// better than plain ones.
ChosenTilt helpful_tilt(const std::vector<JumpBlock>& blocks, std::uint64_t seed, double size);

// The same for the size that Z exceeds with a probability, about; 0 if there is a jump less often.
ChosenTilt helpful_tilt_beyond(const std::vector<JumpBlock>& blocks, std::uint64_t seed, double probability);

}  // namespace losscast
