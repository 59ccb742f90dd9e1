/// \file
/// The address of every random number of the project.
#pragma once

#include "losscast/random/philox.hpp"
#include "losscast/random/streams.hpp"

namespace losscast::inline LOSSCAST_ISA {

/// Words 4 group ... 4 group + 3 of one step of one path in one stream.
///
/// A contract, on which the repeatability of results rests: Philox4x32-10 with
///
///     key     = (low, high half of seed)
///     counter = (low, high half of path, step, stream + 2^8 group)
///
/// so that equal arguments give equal words on every machine and in any order, and different arguments never share a
/// block. `path` is global: the same in any shard, tile or thread. `group` < 2^24.
///
/// Seed, stream, step and group, often the same for many paths at once, keep out of the words that `path` occupies:
/// a compiler may then lift a good part of the first rounds out of a loop over paths.
LOSSCAST_HD inline RandomBits random_bits(std::uint64_t seed, Stream stream, std::uint64_t path, std::uint32_t step,
                                          std::uint32_t group) {
  const RandomBits counter = {{static_cast<std::uint32_t>(path), static_cast<std::uint32_t>(path >> 32), step,
                               static_cast<std::uint32_t>(stream) | group << 8}};
  return philox4x32_10(counter, {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
}

}  // namespace losscast::inline LOSSCAST_ISA
