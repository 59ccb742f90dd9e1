/// \file
/// The operations that IEEE 754 defines to the last bit, under one name on the host and on the device, and the layout
/// of its two formats. Everything else in this folder is built from these.
#pragma once

#include <cstdint>

#include "losscast/base/macros.hpp"

namespace losscast::inline LOSSCAST_ISA::math {

/// a b + c, rounded once. Without hardware support the C library computes it: as exact, but slow.
LOSSCAST_HD inline float fma(float a, float b, float c) {
#if defined(__CUDA_ARCH__)
  return __fmaf_rn(a, b, c);
#else
  return __builtin_fmaf(a, b, c);
#endif
}
/// The same in FP64.
LOSSCAST_HD inline double fma(double a, double b, double c) {
#if defined(__CUDA_ARCH__)
  return __fma_rn(a, b, c);
#else
  return __builtin_fma(a, b, c);
#endif
}

/// The square root, correctly rounded. NaN below zero.
LOSSCAST_HD inline float sqrt(float x) {
#if defined(__CUDA_ARCH__)
  return __fsqrt_rn(x);
#else
  return __builtin_sqrtf(x);
#endif
}
/// The same in FP64.
LOSSCAST_HD inline double sqrt(double x) {
#if defined(__CUDA_ARCH__)
  return __dsqrt_rn(x);
#else
  return __builtin_sqrt(x);
#endif
}

namespace internal {

/// Layout of a binary floating-point format: sign, exponent + kBias, kMantissaBits bits of fraction.
template <class Real>
struct Format;

template <>
struct Format<float> {
  using Bits = std::uint32_t;
  using SignedBits = std::int32_t;
  static constexpr int kMantissaBits = 23;
  static constexpr SignedBits kBias = 127;
  static constexpr float kSmallestNormal = 0x1p-126f;
  /// Adding it rounds |x| < 2^22 to an integer, which is then in the low bits of the sum.
  static constexpr float kRounder = 0x1.8p23f;
};

template <>
struct Format<double> {
  using Bits = std::uint64_t;
  using SignedBits = std::int64_t;
  static constexpr int kMantissaBits = 52;
  static constexpr SignedBits kBias = 1023;
  static constexpr double kSmallestNormal = 0x1p-1022;
  static constexpr double kRounder = 0x1.8p52;
};

/// std::bit_cast is no device function; the built-in that it is made of works in both places.
LOSSCAST_HD inline std::uint32_t to_bits(float x) { return __builtin_bit_cast(std::uint32_t, x); }
LOSSCAST_HD inline std::uint64_t to_bits(double x) { return __builtin_bit_cast(std::uint64_t, x); }
LOSSCAST_HD inline float from_bits(std::uint32_t bits) { return __builtin_bit_cast(float, bits); }
LOSSCAST_HD inline double from_bits(std::uint64_t bits) { return __builtin_bit_cast(double, bits); }

/// 2^k for an exponent k of a normal number.
template <class Real>
LOSSCAST_HD inline Real power_of_two(typename Format<Real>::SignedBits k) {
  using F = Format<Real>;
  return from_bits(static_cast<typename F::Bits>(k + F::kBias) << F::kMantissaBits);
}

}  // namespace internal
}  // namespace losscast::inline LOSSCAST_ISA::math
