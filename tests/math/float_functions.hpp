// The FP32 functions of one argument: where they are defined, what they are compared with, how far off they may be.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <ostream>
#include <vector>

#include "losscast/math/modes.hpp"

namespace losscast::accuracy {

// Consecutive bit patterns of floats, both ends included. Patterns of one sign are in the order of their magnitudes.
struct BitRange {
  std::uint32_t first;
  std::uint32_t last;
};

struct FloatFunction {
  const char* name;
  float (*function)(float);
  double (*reference)(double);
  std::vector<BitRange> domain;
  BitRange binade;      // a part that is tested completely every time
  double largest_ulps;  // the documented bound
};

inline void PrintTo(const FloatFunction& f, std::ostream* out) { *out << f.name; }

inline std::uint32_t bits_of(float x) { return math::internal::to_bits(x); }

// References for the functions of the inner loop that the C library has not.
inline double relaxation(double x) { return -std::expm1(-x); }
inline double sqrt_or_zero(double x) { return x < kSmallestRoot ? 0.0 : std::sqrt(x); }
inline double inverse_sqrt(double x) { return 1.0 / std::sqrt(x); }

inline std::vector<FloatFunction> float_functions() {
  const std::uint32_t largest = bits_of(0x1.fffffep127f);
  const BitRange positive = {1, largest};
  const BitRange normal = {bits_of(0x1p-126f), largest};
  const BitRange not_negative = {0, largest};
  const BitRange from_half_to_one = {bits_of(0.5f), bits_of(1.0f)};
  const BitRange rooted = {bits_of(kSmallestRoot), largest};
  const BitRange inverted = {bits_of(0x1p-96f), bits_of(0x1p96f)};
  // A little beyond the arguments at which exp becomes 0 or infinite, and expm1 becomes -1.
  const BitRange up_to_overflow = {0, bits_of(90.0f)};
  const BitRange down_to_zero = {bits_of(-0.0f), bits_of(-106.0f)};
  return {
      {"exp", math::exp, std::exp, {up_to_overflow, down_to_zero}, from_half_to_one, 1.05},
      {"expm1", math::expm1, std::expm1, {up_to_overflow, down_to_zero}, from_half_to_one, 1.61},
      {"log", math::log, std::log, {positive}, from_half_to_one, 0.88},
      {"log_of_normal", ReproducibleMath::log, std::log, {normal}, from_half_to_one, 0.88},
      {"relaxation", ReproducibleMath::relaxation, relaxation, {not_negative}, from_half_to_one, 0.99},
      {"sqrt_positive", ReproducibleMath::sqrt_positive, std::sqrt, {rooted}, from_half_to_one, 0.5},
      {"sqrt_or_zero", ReproducibleMath::sqrt, sqrt_or_zero, {not_negative}, from_half_to_one, 0.5},
      {"inverse_sqrt", ReproducibleMath::inverse_sqrt, inverse_sqrt, {inverted}, from_half_to_one, 1.5},
  };
}

// |value - exact| in units in the last place of `exact` in FP32; values beyond the largest float count as 2^128.
inline double ulp_error(float value, double exact) {
  constexpr double kTooLarge = 0x1p128;
  const double bounded = exact < kTooLarge ? exact : kTooLarge;
  const double found = std::isinf(value) ? std::copysign(kTooLarge, value) : static_cast<double>(value);
  const int exponent = bounded == 0.0 ? -126 : std::min(std::max(std::ilogb(bounded), -126), 127);
  return std::abs(found - bounded) * std::ldexp(1.0, 23 - exponent);
}

struct WorstError {
  double ulps = 0.0;
  float argument = 0.0f;
};

// The largest error over every `stride`-th float of a range. NaN counts as infinitely wrong.
inline WorstError worst_error(const FloatFunction& f, BitRange range, std::uint32_t stride) {
  WorstError worst;
  for (std::uint64_t bits = range.first; bits <= range.last; bits += stride) {
    const float x = math::internal::from_bits(static_cast<std::uint32_t>(bits));
    const float value = f.function(x);
    const double error = std::isnan(value) ? HUGE_VAL : ulp_error(value, f.reference(x));
    if (error > worst.ulps) worst = {error, x};
  }
  return worst;
}

}  // namespace losscast::accuracy
