// Compiled once per instruction set.
#include "losscast/random/philox_lanes.hpp"

namespace losscast::inline LOSSCAST_ISA {

int philox_lanes_mismatches(std::uint64_t seed, std::uint64_t first_path, std::uint32_t step, std::uint32_t group) {
  constexpr int kPaths = 32;
  std::uint32_t words[4][kPaths];
  random_bits_of_paths(seed, Stream::noise, first_path, step, group, words);
  int mismatches = 0;
  for (int i = 0; i < kPaths; ++i) {
    const RandomBits expected =
        random_bits(seed, Stream::noise, first_path + static_cast<std::uint64_t>(i), step, group);
    for (int w = 0; w < 4; ++w) mismatches += words[w][i] != expected.word[w] ? 1 : 0;
  }
  return mismatches;
}

}  // namespace losscast::inline LOSSCAST_ISA
