/// \file
/// Philox for consecutive paths at once: the words of random_bits(), in a layout that wide registers multiply fast.
#pragma once

#include "losscast/random/counter.hpp"

#if defined(__AVX2__)
// GCC's own header of these functions sets off its warning (GCC bug 105593).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop
#else
#include <immintrin.h>
#endif
#endif

namespace losscast::inline LOSSCAST_ISA {

/// A register of 64-bit lanes that hold a 32-bit word each, with anything in the upper half: products and exclusive ors
/// of the lower halves do not see it, so that no round needs to clear or shuffle anything.
#if defined(__AVX512F__)
struct WideWords {
  static constexpr int kLanes = 8;  ///< words, 1, 4 or 8 by the instruction set
  __m512i lanes;                    ///< word i in the lower half of lane i

  /// The same word in every lane.
  static WideWords all(std::uint64_t x) { return {_mm512_set1_epi64(static_cast<long long>(x))}; }
  /// The low halves of x, x + 1, ... and, above them, their high halves.
  static WideWords counting_from(std::uint64_t x) {
    return {_mm512_add_epi64(all(x).lanes, _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7))};
  }
  /// Products of the words, 64 bits each.
  WideWords times(WideWords other) const { return {_mm512_mul_epu32(lanes, other.lanes)}; }
  /// The upper halves, as words.
  WideWords high() const { return {_mm512_srli_epi64(lanes, 32)}; }
  /// Exclusive or of the words.
  friend WideWords operator^(WideWords a, WideWords b) { return {_mm512_xor_si512(a.lanes, b.lanes)}; }
  /// Writes the words to words[0] ... words[kLanes - 1].
  void store(std::uint32_t* words) const {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(words), _mm512_cvtepi64_epi32(lanes));
  }
};
#elif defined(__AVX2__)
struct WideWords {
  static constexpr int kLanes = 4;
  __m256i lanes;

  static WideWords all(std::uint64_t x) { return {_mm256_set1_epi64x(static_cast<long long>(x))}; }
  static WideWords counting_from(std::uint64_t x) {
    return {_mm256_add_epi64(all(x).lanes, _mm256_setr_epi64x(0, 1, 2, 3))};
  }
  WideWords times(WideWords other) const { return {_mm256_mul_epu32(lanes, other.lanes)}; }
  WideWords high() const { return {_mm256_srli_epi64(lanes, 32)}; }
  friend WideWords operator^(WideWords a, WideWords b) { return {_mm256_xor_si256(a.lanes, b.lanes)}; }
  void store(std::uint32_t* words) const {
    const __m256i even = _mm256_permutevar8x32_epi32(lanes, _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(words), _mm256_castsi256_si128(even));
  }
};
#else
struct WideWords {
  static constexpr int kLanes = 1;
  std::uint64_t lane;

  static WideWords all(std::uint64_t x) { return {x}; }
  static WideWords counting_from(std::uint64_t x) { return {x}; }
  WideWords times(WideWords other) const { return {(lane & 0xffffffffU) * (other.lane & 0xffffffffU)}; }
  WideWords high() const { return {lane >> 32}; }
  friend WideWords operator^(WideWords a, WideWords b) { return {a.lane ^ b.lane}; }
  void store(std::uint32_t* words) const { *words = static_cast<std::uint32_t>(lane); }
};
#endif

/// words[w][i] = random_bits(seed, stream, first_path + i, step, group).word[w] for i < kPaths.
template <int kPaths>
inline void random_bits_of_paths(std::uint64_t seed, Stream stream, std::uint64_t first_path, std::uint32_t step,
                                 std::uint32_t group, std::uint32_t (&words)[4][kPaths]) {
  static_assert(kPaths % WideWords::kLanes == 0);
  const WideWords multiplier0 = WideWords::all(kPhiloxMultiplier0), multiplier2 = WideWords::all(kPhiloxMultiplier2);
  for (int i = 0; i < kPaths; i += WideWords::kLanes) {
    const WideWords path = WideWords::counting_from(first_path + static_cast<std::uint64_t>(i));
    WideWords w0 = path, w1 = path.high();
    WideWords w2 = WideWords::all(step), w3 = WideWords::all(static_cast<std::uint32_t>(stream) | group << 8);
    PhiloxKey key = {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
    for (int round = 0; round < kPhiloxRounds; ++round) {
      const WideWords product0 = multiplier0.times(w0), product2 = multiplier2.times(w2);
      w0 = product2.high() ^ w1 ^ WideWords::all(key.low);
      w2 = product0.high() ^ w3 ^ WideWords::all(key.high);
      w1 = product2;
      w3 = product0;
      key = next_key(key);
    }
    w0.store(&words[0][i]);
    w1.store(&words[1][i]);
    w2.store(&words[2][i]);
    w3.store(&words[3][i]);
  }
}

}  // namespace losscast::inline LOSSCAST_ISA
