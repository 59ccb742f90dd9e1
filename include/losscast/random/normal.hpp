/// \file
/// Standard normal variates.
#pragma once

#include "losscast/math/modes.hpp"
#include "losscast/random/philox.hpp"
#include "losscast/random/uniform.hpp"

namespace losscast::inline LOSSCAST_ISA {

/// Two independent standard normal variates from two random words (Box and Muller 1958):
/// sqrt(-2 log u) (cos, sin)(2 pi v) with u = open_uniform(radius_word), v = angle_word 2^-32.
/// Always finite: |z| <= sqrt(66 log 2) = 6.7637 (a normal variate is beyond with probability 1.3e-11).
template <class Math = ReproducibleMath>
LOSSCAST_HD inline void normal_pair(std::uint32_t radius_word, std::uint32_t angle_word, float& first, float& second) {
  // u is at most 1 - 2^-24, hence the root's argument at least 2^-23.
  const float radius = Math::sqrt_positive(Math::minus_two_log(open_uniform(radius_word)));
  float sine, cosine;
  Math::sincos_turns(angle_word, sine, cosine);
  first = radius * cosine;
  second = radius * sine;
}

/// Four standard normal variates from a block: of group g, the variates 4 g ... 4 g + 3. Words 0 and 1 make the first
/// pair, 2 and 3 the second.
template <class Math = ReproducibleMath>
LOSSCAST_HD inline void normals4(const RandomBits& bits, float (&out)[4]) {
  normal_pair<Math>(bits.word[0], bits.word[1], out[0], out[1]);
  normal_pair<Math>(bits.word[2], bits.word[3], out[2], out[3]);
}

}  // namespace losscast::inline LOSSCAST_ISA
