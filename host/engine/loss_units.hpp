// Losses as integers, so that their sums are exact.
#pragma once

#include <cmath>
#include <cstdint>

#include "losscast/base/contract.hpp"

namespace losscast {

__extension__ using WideInteger = __int128;

inline constexpr double kLossUnits = 4294967296.0;  // a nat: 2^32

// Precondition: the loss is not lost.
inline std::int64_t loss_units(float loss) {
  LOSSCAST_EXPECTS(std::isfinite(loss));
  return static_cast<std::int64_t>(std::nearbyint(static_cast<double>(loss) * kLossUnits));
}

// units / count, in nats. Quotient and remainder apart, so that the quotient's bits beyond a double's are not lost
// before the division.
inline double nats_of_quotient(WideInteger units, std::int64_t count) {
  return (static_cast<double>(units / count) + static_cast<double>(units % count) / static_cast<double>(count)) /
         kLossUnits;
}

}  // namespace losscast
