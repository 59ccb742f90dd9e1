/// \file
/// Real powers of positive numbers.
#pragma once

#include "losscast/math/log.hpp"

namespace losscast::inline LOSSCAST_ISA::math {
namespace internal {

/// exp(y log x), with log x and the product in two parts each.
template <class Real>
LOSSCAST_HD inline Real pow(Real x, Real y) {
  const TwoPart<Real> logarithm = log_two_part(x);
  const Real product = y * logarithm.high;
  const Real product_error = fma(y, logarithm.low, fma(y, logarithm.high, -product));
  return y == 0 ? Real(1) : exp_of_sum(product, product_error);
}

}  // namespace internal

/// x^y for x >= 0 and finite y. y = 0 gives 1; x = 0 and infinity give 0 or infinity by the sign of y.
/// Overflows to infinity, underflows through the denormals to 0; NaN for x < 0 (y != 0) and NaN.
/// Error, relative to a result that is a normal number: FP32 at most 1.2e-7 + 1.8e-8 |y log x|, which is 3.7e-7 for
/// results between 2^-20 and 2^20; FP64 at most 3e-16 + 4e-17 |y log x|.
LOSSCAST_HD inline float pow(float x, float y) { return internal::pow(x, y); }
/// The same in FP64.
LOSSCAST_HD inline double pow(double x, double y) { return internal::pow(x, y); }

}  // namespace losscast::inline LOSSCAST_ISA::math
