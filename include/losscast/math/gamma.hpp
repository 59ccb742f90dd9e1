/// \file
/// The gamma function, for real x > 0, in any type with exp and log (double, or a dual number in a fit).
#pragma once

#include "losscast/math/elementary.hpp"

namespace losscast::inline LOSSCAST_ISA::math {

/// Gamma(x) by Stirling's series at z = x + 16 (its first neglected term is below 2e-14 there), brought back by
/// Gamma(x) = Gamma(x + 16) / (x (x + 1) ... (x + 15)). Relative error below 1e-13 for 0.01 <= x <= 20.
template <class Real>
inline Real gamma(const Real& x) {
  constexpr int kShift = 16;
  const Real z = x + Real(kShift);
  const Real inverse = Real(1) / z;
  const Real square = inverse * inverse;
  const Real series =
      inverse * (Real(1.0 / 12) - square * (Real(1.0 / 360) - square * (Real(1.0 / 1260) - square * Real(1.0 / 1680))));
  constexpr double kHalfLogTwoPi = 0.91893853320467274178;
  Real product(1);
  for (int i = 0; i < kShift; ++i) product = product * (x + Real(i));
  return exp((z - Real(0.5)) * log(z) - z + Real(kHalfLogTwoPi) + series) / product;
}

}  // namespace losscast::inline LOSSCAST_ISA::math
