/// \file
/// Philox4x32-10: a block of four random words as a pure function of a counter and a key.
#pragma once

#include <cstdint>

#include "losscast/base/macros.hpp"

namespace losscast {

/// Four words, each uniform on [0, 2^32). Also the form of a counter.
struct RandomBits {
  std::uint32_t word[4];  ///< in the order of the paper
};

/// The key of a block of random words, 64 bits.
struct PhiloxKey {
  std::uint32_t low;   ///< the lower 32 bits
  std::uint32_t high;  ///< the upper 32 bits
};

inline constexpr int kPhiloxRounds = 10;                          ///< rounds of the bijection
inline constexpr std::uint32_t kPhiloxMultiplier0 = 0xD2511F53U;  ///< of word 0
inline constexpr std::uint32_t kPhiloxMultiplier2 = 0xCD9E8D57U;  ///< of word 2

}  // namespace losscast

namespace losscast::inline LOSSCAST_ISA {

/// The key of the next round: a Weyl sequence, by the fractions of the golden ratio and of sqrt(3).
LOSSCAST_HD inline PhiloxKey next_key(PhiloxKey key) { return {key.low + 0x9E3779B9U, key.high + 0xBB67AE85U}; }

/// a b in full. (As a product of 64-bit numbers, a GPU would add the upper halves' zero products.)
LOSSCAST_HD inline std::uint64_t wide_product(std::uint32_t a, std::uint32_t b) {
#if defined(__CUDA_ARCH__)
  std::uint64_t product;
  asm("mul.wide.u32 %0, %1, %2;" : "=l"(product) : "r"(a), "r"(b));
  return product;
#else
  return std::uint64_t{a} * b;
#endif
}

/// Ten rounds of the Philox bijection (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, SC
/// 2011). A round multiplies words 0 and 2 by constants to 64 bits; the high halves, mixed with words 1 and 3 and the
/// key, and the low halves become the new words. The key moves on by a Weyl sequence.
LOSSCAST_HD inline RandomBits philox4x32_10(RandomBits counter, PhiloxKey key) {
  std::uint32_t w0 = counter.word[0], w1 = counter.word[1], w2 = counter.word[2], w3 = counter.word[3];
  for (int round = 0; round < kPhiloxRounds; ++round) {
    const std::uint64_t product0 = wide_product(kPhiloxMultiplier0, w0);
    const std::uint64_t product2 = wide_product(kPhiloxMultiplier2, w2);
    w0 = static_cast<std::uint32_t>(product2 >> 32) ^ w1 ^ key.low;
    w2 = static_cast<std::uint32_t>(product0 >> 32) ^ w3 ^ key.high;
    w1 = static_cast<std::uint32_t>(product2);
    w3 = static_cast<std::uint32_t>(product0);
    key = next_key(key);
  }
  return {{w0, w1, w2, w3}};
}

}  // namespace losscast::inline LOSSCAST_ISA
