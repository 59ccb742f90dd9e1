/// \file
/// The natural logarithm.
#pragma once

#include "losscast/math/exp.hpp"

namespace losscast::inline LOSSCAST_ISA::math {
namespace internal {

template <class Real>
inline constexpr Real kInfinity = static_cast<Real>(__builtin_huge_val());
template <class Real>
inline constexpr Real kNaN = static_cast<Real>(__builtin_nan(""));

/// x = 2^exponent (1 + f), with 1 + f in an interval around 1 so that exponent is 0 there and log loses no digits.
template <class Real>
struct Decomposed {
  Real f;
  Real exponent;
};

/// Where that interval starts: 2/3 makes it symmetric about 1 (FP32), sqrt(1/2) makes f/(2 + f) symmetric (FP64).
LOSSCAST_HD inline std::uint32_t lowest_significand(float) { return 0x3f2aaaabU; }
LOSSCAST_HD inline std::uint64_t lowest_significand(double) { return 0x3fe6a09e667f3bcdU; }

/// Decomposes a normal x > 0.
template <class Real>
LOSSCAST_HD inline Decomposed<Real> decompose_normal(Real x) {
  using F = Format<Real>;
  const auto bits = to_bits(x);
  const auto exponent = static_cast<typename F::SignedBits>(bits - lowest_significand(x)) >> F::kMantissaBits;
  const auto significand = bits - (static_cast<typename F::Bits>(exponent) << F::kMantissaBits);
  return {from_bits(significand) - Real(1), static_cast<Real>(static_cast<std::int32_t>(exponent))};
}

/// Decomposes any finite x > 0.
template <class Real>
LOSSCAST_HD inline Decomposed<Real> decompose(Real x) {
  constexpr int kShift = Format<Real>::kMantissaBits;
  const bool denormal = x < Format<Real>::kSmallestNormal;
  const Decomposed<Real> parts = decompose_normal(denormal ? x * power_of_two<Real>(kShift) : x);
  return {parts.f, denormal ? parts.exponent - Real(kShift) : parts.exponent};
}

/// log(1 + f) - f + f^2/2. Coefficients as in exp_remainder: they leave, relative to log(1 + f), 4.6e-9 in FP32 and
/// 1.2e-18 in FP64.
LOSSCAST_HD inline float log_remainder(float f, float f_squared) {
  return f * f_squared *
         polynomial(f, 0x1.555506p-2f, -0x1.fffef0p-3f, 0x1.99d030p-3f, -0x1.559dd4p-3f, 0x1.1ed67ap-3f,
                    -0x1.f3102cp-4f, 0x1.1e6a0cp-3f, -0x1.080834p-3f);
}
/// The same in FP64: as log(1 + f) = 2 atanh(s) and 2 s = f - f^2/2 + s f^2/2 with s = f/(2 + f), it is
/// s (f^2/2 + (2 atanh(s) - 2 s)/s).
LOSSCAST_HD inline double log_remainder(double f, double f_squared) {
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double atanh_remainder =
      z * polynomial(z, 0x1.5555555555593p-1, 0x1.999999997fc75p-2, 0x1.2492494204596p-2, 0x1.c71c51f8af466p-3,
                     0x1.74664289e10c3p-3, 0x1.39a157e59ddd5p-3, 0x1.2f0978e2100b4p-3);
  return s * (0.5 * f_squared + atanh_remainder);
}

/// The value that log(x) has outside 0 < x < infinity, and `inside` within.
template <class Real>
LOSSCAST_HD inline Real log_with_edges(Real x, Real inside) {
  const Real at_most_zero = x == 0 ? -kInfinity<Real> : kNaN<Real>;
  return x > 0 ? (x < kInfinity<Real> ? inside : x) : at_most_zero;
}

/// log(2^exponent (1 + f)).
template <class Real>
LOSSCAST_HD inline Real log_of(Decomposed<Real> x) {
  const Real f_squared = x.f * x.f;
  const Real small = multiply_add(Real(-0.5), f_squared, log_remainder(x.f, f_squared)) + x.exponent * Ln2<Real>::kLow;
  return multiply_add(x.exponent, Ln2<Real>::kHigh, x.f + small);
}

/// An unevaluated sum: high is the sum rounded, low the rest.
template <class Real>
struct TwoPart {
  Real high;
  Real low;
};

/// log(x) with an error of about an eighth of a unit in the last place of `high`; the edges as in log, with low
/// arbitrary.
template <class Real>
LOSSCAST_HD inline TwoPart<Real> log_two_part(Real x) {
  const Decomposed<Real> parts = decompose(x);
  const Real f = parts.f;
  const Real square = f * f;
  const Real square_error = fma(f, f, -square);
  const Real head = fma(Real(-0.5), square, f);
  const Real head_error = fma(Real(-0.5), square, f - head);
  // Exact, since kHigh ends in zeros; and 0 or larger than head, so that the error of the next sum is exact too.
  const Real scale = parts.exponent * Ln2<Real>::kHigh;
  const Real sum = scale + head;
  const Real sum_error = head - (sum - scale);
  const Real rest = parts.exponent * Ln2<Real>::kLow +
                    (multiply_add(Real(-0.5), square_error, log_remainder(f, square)) + (head_error + sum_error));
  const Real high = sum + rest;
  return {log_with_edges(x, high), rest - (high - sum)};
}

}  // namespace internal

/// The natural logarithm, for denormals too. log(0) = -infinity, log(infinity) = infinity, NaN for x < 0 and NaN.
/// Error: FP32 at most 0.88 units in the last place, measured over all floats; FP64 below 3e-16 of the result.
LOSSCAST_HD inline float log(float x) { return internal::log_with_edges(x, internal::log_of(internal::decompose(x))); }
/// The same in FP64.
LOSSCAST_HD inline double log(double x) {
  return internal::log_with_edges(x, internal::log_of(internal::decompose(x)));
}

}  // namespace losscast::inline LOSSCAST_ISA::math
