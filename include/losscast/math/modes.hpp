/// \file
/// The functions of a path's inner loop, in two modes: `ReproducibleMath`, which gives the same bits everywhere, and
/// `FastMath`, which takes the special-function unit of a GPU at its word. A mode is a template argument of whatever
/// moves a path.
///
/// Inner loops know the range of their arguments. Each function here says what range it needs; within it the result is
/// that of losscast::math, but a GPU needs neither a branch nor the slow path that a general IEEE division or square
/// root carries.
#pragma once

#include "losscast/math/elementary.hpp"

namespace losscast {

/// Which functions move a path.
enum class MathMode {
  reproducible,  ///< IEEE operations only: the same bits on every CPU and GPU
  fast,          ///< hardware approximations where a GPU runs the paths; a CPU has none that are faster
};

}  // namespace losscast

namespace losscast::inline LOSSCAST_ISA {

/// Below 2^-102 the remainder in a GPU's correction of an approximate square root could underflow; 2^-96 leaves room.
inline constexpr float kSmallestRoot = 0x1p-96f;

/// The larger of x and a bound that is a number; the bound if x is NaN.
LOSSCAST_HD inline float at_least(float bound, float x) {
#if defined(__CUDA_ARCH__)
  return fmaxf(x, bound);
#else
  return x > bound ? x : bound;
#endif
}

/// The same for a bound > 0, by the floats' bits, whose order as integers is that of the numbers: a compiler that sees
/// a comparison takes the square root that follows on both sides of it. NaN becomes the bound or stays NaN.
LOSSCAST_HD inline float raised_to(float bound, float x) {
  const auto wanted = static_cast<std::int32_t>(math::internal::to_bits(bound));
  const auto given = static_cast<std::int32_t>(math::internal::to_bits(x));
  return math::internal::from_bits(static_cast<std::uint32_t>(given > wanted ? given : wanted));
}

/// The smaller of x and a bound that is a number; the bound if x is NaN.
LOSSCAST_HD inline float at_most(float bound, float x) {
#if defined(__CUDA_ARCH__)
  return fminf(x, bound);
#else
  return x < bound ? x : bound;
#endif
}
/// The larger of x and a bound, in any type of numbers; the bound if x is NaN.
template <class Real>
Real at_least(float bound, const Real& x) {
  return x > Real(bound) ? x : Real(bound);
}

/// a where x < bound, else b. Both are computed: a GPU must not branch around one of them, since a warp's threads would
/// part ways.
LOSSCAST_HD inline float where_below(float bound, float x, float a, float b) {
#if defined(__CUDA_ARCH__)
  float chosen;
  asm("{ .reg .pred p; setp.lt.f32 p, %1, %2; selp.f32 %0, %3, %4, p; }"
      : "=f"(chosen)
      : "f"(x), "f"(bound), "f"(a), "f"(b));
  return chosen;
#else
  return x < bound ? a : b;
#endif
}
/// a where x < bound, else b, in any type of numbers.
template <class Real>
Real where_below(float bound, const Real& x, const Real& a, const Real& b) {
  return x < Real(bound) ? a : b;
}

#if defined(__CUDA_ARCH__)
namespace hardware {

/// The special-function unit, an instruction each; denormals are flushed to zero. Errors: PTX ISA, floating-point
/// instructions. All are relative but that of lg2, which near 1 is absolute.
__device__ inline float rsqrt(float x) {
  float r;
  asm("rsqrt.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(x));
  return r;
}
__device__ inline float sqrt(float x) {
  float r;
  asm("sqrt.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(x));
  return r;
}
__device__ inline float reciprocal(float x) {
  float r;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(x));
  return r;
}
__device__ inline float exp2(float x) {
  float r;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(x));
  return r;
}
__device__ inline float log2(float x) {
  float r;
  asm("lg2.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(x));
  return r;
}
__device__ inline float sine(float radians) {
  float r;
  asm("sin.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(radians));
  return r;
}
__device__ inline float cosine(float radians) {
  float r;
  asm("cos.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(radians));
  return r;
}

}  // namespace hardware
#endif

/// The functions that give the same bits on every CPU and GPU, each for the range of arguments that it names.
struct ReproducibleMath {
  /// Correctly rounded, for finite x >= kSmallestRoot. On a GPU: one step of Newton's method on the approximate inverse
  /// root, with the remainder exact by fused multiplication (Markstein 1990), as in the CUDA library's own.
  LOSSCAST_HD static float sqrt_positive(float x) {
#if defined(__CUDA_ARCH__)
    const float r = hardware::rsqrt(x);
    const float root = __fmul_rn(x, r);
    return __fmaf_rn(__fmaf_rn(-root, root, x), __fmul_rn(0.5f, r), root);
#else
    return math::sqrt(x);
#endif
  }

  /// Correctly rounded for x >= kSmallestRoot, 0 below it.
  LOSSCAST_HD static float sqrt(float x) {
    const float root = sqrt_positive(at_least(kSmallestRoot, x));
    return where_below(kSmallestRoot, x, 0.0f, root);
  }

  /// Correctly rounded, for |a|, |b|, |a / b| between 2^-100 and 2^100, or a = +0.
  LOSSCAST_HD static float divide(float a, float b) {
#if defined(__CUDA_ARCH__)
    const float r = refined_reciprocal(b);
    const float quotient = __fmul_rn(a, r);
    return __fmaf_rn(__fmaf_rn(-b, quotient, a), r, quotient);
#else
    return a / b;
#endif
  }

  /// 1 / sqrt(x), each operation correctly rounded, for x between 2^-96 and 2^96. Error: at most 1.5 units in the last
  /// place.
  LOSSCAST_HD static float inverse_sqrt(float x) {
#if defined(__CUDA_ARCH__)
    return refined_reciprocal(sqrt_positive(x));
#else
    return 1.0f / math::sqrt(x);
#endif
  }

  /// log(x) for a normal x > 0. Error: at most 0.88 units in the last place.
  LOSSCAST_HD static float log(float x) { return math::internal::log_of(math::internal::decompose_normal(x)); }

  /// -2 log(x) for a normal x > 0.
  LOSSCAST_HD static float minus_two_log(float x) { return -2.0f * log(x); }

  /// exp(x) for |x| < 80. Relative error: at most 1.5e-7 + 3e-9 |x|.
  LOSSCAST_HD static float exp(float x) {
    const auto reduced = math::internal::reduce_exp_in_short(x);
    const float scale = math::internal::power_of_two<float>(reduced.exponent);
    return math::fma(scale, reduced.expm1_r, scale);
  }

  /// 1 - exp(-x) for x >= 0. Error: at most 0.99 units in the last place.
  LOSSCAST_HD static float relaxation(float x) {
    const auto reduced = math::internal::reduce_exp_in_short(-at_most(40.0f, x));
    const float scale = math::internal::power_of_two<float>(reduced.exponent);
    return math::fma(-scale, reduced.expm1_r, 1.0f - scale);
  }

  /// s = sin(2 pi angle / 2^32) and c = cos(2 pi angle / 2^32), as math::sincos_turns() gives them.
  LOSSCAST_HD static void sincos_turns(std::uint32_t angle, float& s, float& c) { math::sincos_turns(angle, s, c); }

  /// a b + c, rounded once.
  LOSSCAST_HD static float multiply_add(float a, float b, float c) { return math::fma(a, b, c); }

  /// Returns a b + c for recursions in other types than FP32: double precision and numbers that carry derivatives, on
  /// the host.
  template <class Real>
  static Real multiply_add(const Real& a, const Real& b, const Real& c) {
    return a * b + c;
  }
  /// a / b, for these types.
  template <class Real>
  static Real divide(const Real& a, const Real& b) {
    return a / b;
  }
  /// 1 / sqrt(x), for these types.
  template <class Real>
  static Real inverse_sqrt(const Real& x) {
    using math::sqrt;
    return Real(1) / sqrt(x);
  }
  /// log(x), for these types.
  template <class Real>
  static Real log(const Real& x) {
    using math::log;
    return log(x);
  }
  /// exp(x), for these types.
  template <class Real>
  static Real exp(const Real& x) {
    using math::exp;
    return exp(x);
  }
  /// 1 - exp(-x), for these types.
  template <class Real>
  static Real relaxation(const Real& x) {
    using math::expm1;
    return -expm1(-x);
  }

#if defined(__CUDA_ARCH__)
 private:
  /// Correctly rounded for |b| between 2^-125 and 2^125, from any approximation within a unit in the last place but
  /// one: the lower neighbour at a significand of all ones. (The hardware gives the upper, or the library's own
  /// reciprocal, which takes the same two steps, would be wrong.)
  __device__ static float refined_reciprocal(float b) {
    const float r = hardware::reciprocal(b);
    return __fmaf_rn(__fmaf_rn(-b, r, 1.0f), r, r);
  }
#endif
};

/// The same with a GPU's approximations; ranges as above, but for square roots, which must not be of negative numbers.
/// A path differs from its reproducible twin by rounding errors only, but by other ones on other chips. A CPU has no
/// faster instructions for these: there it is ReproducibleMath.
struct FastMath : ReproducibleMath {
#if defined(__CUDA_ARCH__)
  __device__ static float sqrt_positive(float x) { return hardware::sqrt(x); }
  __device__ static float sqrt(float x) { return hardware::sqrt(x); }
  __device__ static float divide(float a, float b) { return a * hardware::reciprocal(b); }
  __device__ static float inverse_sqrt(float x) { return hardware::rsqrt(x); }
  __device__ static float log(float x) { return 0x1.62e43p-1f * hardware::log2(x); }
  /// Just below x = 1 the approximate logarithm may have the wrong sign.
  __device__ static float minus_two_log(float x) { return at_least(0.0f, -0x1.62e43p+0f * hardware::log2(x)); }
  __device__ static float exp(float x) { return hardware::exp2(0x1.715476p+0f * x); }
  /// The difference from 1 would lose the digits of a small x: there, by its series (error 1e-7 of it at x = 1/16).
  __device__ static float relaxation(float x) {
    const float series = x * __fmaf_rn(x, __fmaf_rn(x, __fmaf_rn(x, -0x1.555556p-5f, 0x1.555556p-3f), -0.5f), 1.0f);
    return where_below(0.0625f, x, series, 1.0f - hardware::exp2(-0x1.715476p+0f * x));
  }
  __device__ static void sincos_turns(std::uint32_t angle, float& s, float& c) {
    const float radians = static_cast<float>(static_cast<std::int32_t>(angle)) * 0x1.921fb6p-30f;
    s = hardware::sine(radians);
    c = hardware::cosine(radians);
  }
#endif
};

}  // namespace losscast::inline LOSSCAST_ISA
