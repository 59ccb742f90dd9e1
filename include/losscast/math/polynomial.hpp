/// \file
/// Polynomials by Horner's rule.
#pragma once

#include "losscast/math/ieee.hpp"

namespace losscast::inline LOSSCAST_ISA::math::internal {

/// a b + c, for places where one rounding or two makes no difference to the error bound: fused in FP32, the precision
/// of the hot loops, which run where the hardware has it; two operations in FP64, since builds without fused hardware
/// would call the C library for each.
LOSSCAST_HD inline float multiply_add(float a, float b, float c) { return fma(a, b, c); }
/// The same in FP64.
LOSSCAST_HD inline double multiply_add(double a, double b, double c) { return a * b + c; }

/// c0 + c1 x + c2 x^2 + ...
template <class Real>
LOSSCAST_HD inline Real polynomial(Real, Real c0) {
  return c0;
}
/// The same with coefficients of powers above 0.
template <class Real, class... Higher>
LOSSCAST_HD inline Real polynomial(Real x, Real c0, Higher... higher) {
  return multiply_add(x, polynomial(x, higher...), c0);
}

}  // namespace losscast::inline LOSSCAST_ISA::math::internal
