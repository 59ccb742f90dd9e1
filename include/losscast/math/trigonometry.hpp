/// \file
/// Sine and cosine of angles in units in which range reduction is exact: turns for random angles, half turns for
/// schedules.
#pragma once

#include "losscast/math/polynomial.hpp"

namespace losscast::inline LOSSCAST_ISA::math {

/// s = sin(2 pi u / 2^32) and c = cos(2 pi u / 2^32).
/// Absolute error: at most 1.13e-7, measured over all 2^32 angles; quarter turns are exact.
/// Coefficients: minimax for the absolute error, by Remez exchange in 60-digit arithmetic, rounded to nearest.
LOSSCAST_HD inline void sincos_turns(std::uint32_t u, float& s, float& c) {
  // u = quadrant 2^30 + rest with |rest| <= 2^29, an eighth of a turn.
  const std::uint32_t quadrant = (u + 0x20000000U) >> 30;
  const float t = static_cast<float>(static_cast<std::int32_t>(u - (quadrant << 30))) * 0x1p-29f;
  const float z = t * t;
  const float sine = t * internal::polynomial(z, 0x1.921fb4p-1f, -0x1.4abba8p-4f, 0x1.465a3ep-9f, -0x1.2cf5d4p-15f);
  const float cosine = internal::polynomial(z, 1.0f, -0x1.3bd3a2p-2f, 0x1.03b162p-6f, -0x1.4ea9dap-12f);
  const bool swapped = (quadrant & 1U) != 0;
  // Sine changes sign in quadrants 2 and 3, cosine in 1 and 2.
  s = internal::from_bits(internal::to_bits(swapped ? cosine : sine) ^ ((quadrant & 2U) << 30));
  c = internal::from_bits(internal::to_bits(swapped ? sine : cosine) ^ (((quadrant + 1U) & 2U) << 30));
}

/// cos(pi x) for |x| < 2^51; exact at multiples of 1/2. Error: below 3e-16 of the result.
/// Coefficients: minimax for the relative error, by Remez exchange in 60-digit arithmetic, rounded to nearest; they
/// leave 3.6e-18.
LOSSCAST_HD inline double cos_pi(double x) {
  constexpr double kRounder = internal::Format<double>::kRounder;
  const double turns = (0.5 * x + kRounder) - kRounder;
  const double signed_rest = x - 2.0 * turns;  // exact, in [-1, 1]
  const double rest = signed_rest < 0.0 ? -signed_rest : signed_rest;
  const bool negative = rest > 0.5;
  const double folded = negative ? 1.0 - rest : rest;  // in [0, 1/2]
  // Near a zero the cosine keeps its digits only as a sine.
  const bool near_zero = folded > 0.25;
  const double t = near_zero ? 0.5 - folded : folded;
  const double z = t * t;
  const double sine =
      t * (0x1.921fb54442d18p+1 + z * internal::polynomial(z, -0x1.4abbce625be47p+2, 0x1.466bc67758d84p+1,
                                                           -0x1.32d2cce3332c4p-1, 0x1.5078301b614ebp-4,
                                                           -0x1.e300a6599c42ap-8, 0x1.e403d06d7fbd6p-12));
  const double cosine =
      1.0 + z * internal::polynomial(z, -0x1.3bd3cc9be45dep+2, 0x1.03c1f081b5ab0p+2, -0x1.55d3c7e3c95bcp+0,
                                     0x1.e1f50683b42c2p-3, -0x1.a6d1ecb74035cp-6, 0x1.f9cc6ad018ff8p-10,
                                     -0x1.b26fe87f043ffp-14);
  const double magnitude = near_zero ? sine : cosine;
  return negative ? -magnitude : magnitude;
}

}  // namespace losscast::inline LOSSCAST_ISA::math
