/// \file
/// Uniform variates.
#pragma once

#include "losscast/math/ieee.hpp"

namespace losscast::inline LOSSCAST_ISA {

/// A uniform variate in the open interval (0, 1) from one random word: (word (1 - 2^-24) + 1/2) 2^-32, rounded.
/// It is between 2^-33 and 1 - 2^-24. The factor, which keeps the largest words from rounding to 1, shifts
/// probabilities by a share of 6e-8; the grid is 2^-32 near 0 and coarsens with the precision of FP32 towards 1.
LOSSCAST_HD inline float open_uniform(std::uint32_t word) {
  return math::fma(static_cast<float>(word), 0x1.fffffep-33f, 0x1p-33f);
}

}  // namespace losscast::inline LOSSCAST_ISA
