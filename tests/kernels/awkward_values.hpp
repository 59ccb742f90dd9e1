// Values that a sort may stumble over.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "losscast/engine/statistics.hpp"
#include "losscast/random/counter.hpp"

namespace losscast::test {

// Half of them ordinary losses with many ties, among them infinities, NaN, zeros of both signs, denormals, and both
// sides of where a loss is lost.
inline std::vector<float> awkward_values(std::size_t count, std::uint64_t seed) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  const float special[] = {kInfinity,
                           -kInfinity,
                           kNaN,
                           -kNaN,
                           0.0f,
                           -0.0f,
                           1e-42f,
                           -1e-42f,
                           kLargestLoss,
                           -kLargestLoss,
                           std::nextafter(kLargestLoss, kInfinity),
                           -std::nextafter(kLargestLoss, kInfinity),
                           3e38f,
                           -3e38f,
                           3.0f,
                           -3.0f};
  std::vector<float> values;
  for (std::size_t i = 0; i < count; ++i) {
    const auto bits = random_bits(seed, Stream::search, i, 0, 0);
    const bool ordinary = bits.word[0] % 2 == 0;
    values.push_back(ordinary ? 3 + static_cast<float>(bits.word[1] % 5000) * 0x1p-12f : special[bits.word[1] % 16]);
  }
  return values;
}

}  // namespace losscast::test
