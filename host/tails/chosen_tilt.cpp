#include "tails/chosen_tilt.hpp"

#include <algorithm>

namespace losscast {
namespace {

// Samples by which a tilt is chosen and judged, the largest first.
JumpSamples pilot(const std::vector<JumpBlock>& blocks, double tilt, std::uint64_t seed) {
  constexpr std::int64_t kPilotSamples = 4'096, kFewest = 256, kUpdates = std::int64_t{1} << 22;
  const std::int64_t samples = std::max(kFewest, affordable_samples(blocks, tilt, kPilotSamples, kUpdates));
  JumpSamples out = sample_jumps(blocks, tilt, seed, kTailPilot, 0, samples);
  std::sort(out.samples.begin(), out.samples.end(), [](const auto& a, const auto& b) { return a.size > b.size; });
  return out;
}

}  // namespace

ChosenTilt helpful_tilt(const std::vector<JumpBlock>& blocks, std::uint64_t seed, double size) {
  const double tilt = tilt_to_mean(blocks, size);
  JumpSamples tried = pilot(blocks, tilt, seed);
  double first = 0, second = 0;
  for (const JumpSample& sample : tried.samples) {
    if (sample.size <= size) break;
    first += sample.weight;
    second += sample.weight * sample.weight;
  }
  return {second > first ? 0 : tilt, std::move(tried.samples), tried.updates};
}

// Chernoff's tilt alone would go too far, as his bound is far above the probability.
ChosenTilt helpful_tilt_beyond(const std::vector<JumpBlock>& blocks, std::uint64_t seed, double probability) {
  const JumpSamples tried = pilot(blocks, tilt_to_probability(blocks, probability), seed);
  double size = 0, weight = 0;
  for (const JumpSample& sample : tried.samples) {
    weight += sample.weight / static_cast<double>(tried.samples.size());
    if (weight < probability) continue;
    size = sample.size;
    break;
  }
  ChosenTilt out = helpful_tilt(blocks, seed, size);
  out.updates += tried.updates;
  return out;
}

}  // namespace losscast
