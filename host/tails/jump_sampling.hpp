// Samples of the jumps' part Z of a final loss (engine/jump_blocks.hpp): from its own law and from an exponentially
// tilted one (Asmussen & Glynn 2007, chapter VI; Siegmund 1976), which makes jumps that still matter at the end common.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/jump_blocks.hpp"

namespace losscast {

// log E exp(theta Z) = sum log(1 - p + p / (1 - theta mu)), and its derivative: the mean of Z under the tilted law.
// Precondition: 0 <= theta < 1 / largest mean.
double cumulant(const std::vector<JumpBlock>& blocks, double theta);
double tilted_mean(const std::vector<JumpBlock>& blocks, double theta);

// How many jumps there are on average under the tilted law.
double expected_jumps(const std::vector<JumpBlock>& blocks, double theta);

// The samples wanted, or as many as take about so many updates: a sample takes one for each of its jumps, and one more.
std::int64_t affordable_samples(const std::vector<JumpBlock>& blocks, double theta, std::int64_t wanted,
                                std::int64_t updates);

// The tilt under which Z is `size` on average; 0 if Z is as large without a tilt.
double tilt_to_mean(const std::vector<JumpBlock>& blocks, double size);

// The tilt whose mean a has Chernoff's bound exp(cumulant - theta a) on P(Z > a) equal to `probability`.
double tilt_to_probability(const std::vector<JumpBlock>& blocks, double probability);

struct JumpSample {
  double size;    // Z [nats]
  double weight;  // its own law's density over that of the samples: at most kMostWeight
};

// One in four of the samples comes from Z's own law, the others from the tilted one, so that the weight
// 1 / (1/4 + 3/4 exp(theta Z - cumulant)), that of the mixture (Veach & Guibas 1995), is bounded.
inline constexpr double kMostWeight = 4;

struct JumpSamples {
  std::vector<JumpSample> samples;
  std::int64_t updates = 0;  // of Z: one for each jump, and one that finds that there is no further jump
};

// Samples number first ... first + count - 1 of (seed, group); the first a multiple of 4.
JumpSamples sample_jumps(const std::vector<JumpBlock>& blocks, double theta, std::uint64_t seed, std::uint32_t group,
                         std::int64_t first, std::int64_t count);

}  // namespace losscast
