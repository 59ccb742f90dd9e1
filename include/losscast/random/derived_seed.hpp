/// \file
/// A seed for random numbers that have no part in what another seed gave.
#pragma once

#include <cstdint>

#include "losscast/random/counter.hpp"

namespace losscast {

/// The seed number `number` of a stream, by the seed of all.
inline std::uint64_t derived_seed(std::uint64_t seed, Stream stream, std::uint64_t number) {
  const RandomBits bits = random_bits(seed, stream, number, 0, 0);
  return std::uint64_t{bits.word[0]} << 32 | bits.word[1];
}

}  // namespace losscast
