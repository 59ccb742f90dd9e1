// sincos_turns against double precision.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "losscast/math/trigonometry.hpp"

namespace losscast::accuracy {

inline constexpr double kLargestErrorOfTurns = 1.13e-7;  // the documented bound

// The largest absolute error of the sine and the cosine over every `stride`-th angle.
inline double worst_error_of_turns(std::uint32_t stride) {
  constexpr double kRadians = 0x1.921fb54442d18p+2 * 0x1p-32;  // 2 pi / 2^32
  double worst = 0.0;
  for (std::uint64_t u = 0; u < (std::uint64_t{1} << 32); u += stride) {
    const auto turns = static_cast<std::uint32_t>(u);
    float sine, cosine;
    math::sincos_turns(turns, sine, cosine);
    const double angle = kRadians * turns;
    worst = std::max({worst, std::abs(sine - std::sin(angle)), std::abs(cosine - std::cos(angle))});
  }
  return worst;
}

}  // namespace losscast::accuracy
