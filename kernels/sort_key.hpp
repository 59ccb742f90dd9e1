// What values are sorted by, on CPUs and GPUs alike.
#pragma once

#include <cmath>

#include "losscast/base/macros.hpp"

namespace losscast::inline LOSSCAST_ISA {

// The value itself up to a size of `largest`, else +infinity, NaN and -infinity among it: what is lost counts as the
// worst. Keys are totally ordered and those that compare equal have equal bits (a zero has no sign), so that every
// correct sort gives the same bytes.
LOSSCAST_HD inline float sort_key(float value, float largest) {
  const bool lost = !(-largest <= value && value <= largest);
  return lost ? HUGE_VALF : value + 0.0f;  // -0 + 0 is 0
}

}  // namespace losscast::inline LOSSCAST_ISA
