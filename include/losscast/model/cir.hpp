/// \file
/// A hill: the CIR process dV = k (l - V) dtau + 2 sqrt(k l V / d) dW, the sum of d squared Ornstein-Uhlenbeck
/// coordinates, across a block of clock time dtau.
///
/// With g = 1 - exp(-k dtau) and the gain G, which is what the level adds to the mean in the block, the exact
/// conditional moments are (Cox, Ingersoll & Ross 1985, eq. 19, written in g and G = g l)
///
///     mean' = mean (1 - g) + G
///     var'  = var (1 - g)^2 + (4 / d) G [mean (1 - g) + G / 2].
///
/// Where the level moves along a line, from l0 at the slope s, the mean has G = s dtau + g (l0 - s / k): a fast hill
/// sees the end of the block, a slow one its average. The variance is that of the constant level of the same gain.
/// Euler-Maruyama has g = k dtau, G = g l with the average level, and (4 / d) G mean in place of the last term.
#pragma once

#include "losscast/base/macros.hpp"
#include "losscast/math/modes.hpp"
#include "losscast/model/coefficients.hpp"
#include "losscast/model/scheme.hpp"

namespace losscast::inline LOSSCAST_ISA {

/// Fraction g of the way to its level that a hill's mean goes in rate x time = `k_dtau`.
template <Scheme scheme, class Math = ReproducibleMath, class Real>
LOSSCAST_HD inline Real cir_relaxation(const Real& k_dtau) {
  if constexpr (scheme == Scheme::euler) {
    return k_dtau;
  } else {
    return Math::relaxation(k_dtau);
  }
}

/// The level of the hills at x = 1 through a block: a line.
template <class Real>
struct LevelLine {
  Real begin;  ///< at the block's beginning
  Real rise;   ///< until its end
  Real slope;  ///< a unit of clock time; of no meaning, but finite, in a block that takes none
};

/// The line that belongs to a path's drive in a block.
template <class Math = ReproducibleMath, class Real>
LOSSCAST_HD inline LevelLine<Real> level_line(const Drive<Real>& driven) {
  const Real rise = Real(2) * driven.level_change;
  return {driven.level - driven.level_change, rise, Math::divide(rise, at_least(kSmallestRoot, driven.dtau))};
}

/// G. Not below 0, as the line through an LR that falls off a cliff may cross zero.
template <Scheme scheme, class Math = ReproducibleMath, class Real>
LOSSCAST_HD inline Real cir_gain(const LevelLine<Real>& level, const Real& inverse_rate, const Real& g) {
  if constexpr (scheme == Scheme::euler) {
    return g * (level.begin + Real(0.5f) * level.rise);
  } else {
    const Real settled = Math::multiply_add(-level.slope, inverse_rate, level.begin);
    return at_least(0.0f, Math::multiply_add(g, settled, level.rise));
  }
}

/// Variance added in the block to a hill that begins it at v >= 0.
template <Scheme scheme, class Real>
LOSSCAST_HD inline Real cir_variance(const Real& v, const Real& g, const Real& gain, const Real& four_over_d) {
  if constexpr (scheme == Scheme::euler) {
    return four_over_d * gain * v;
  } else {
    return four_over_d * gain * (v * (Real(1) - g) + Real(0.5) * gain);
  }
}

/// A path's hill across a block, in units of its stationary mean at x = 1, with z standard normal. Full truncation
/// (Lord, Koekkoek & van Dijk 2010): drift and diffusion see max(v, 0), the state itself keeps its sign, so that its
/// mean is not pushed up at the boundary. (Max(v, 2^-96), which a square root can be taken of.)
///
/// Moves a hill by Euler-Maruyama; `noise` = (4 / d) level.
template <class Math = ReproducibleMath>
LOSSCAST_HD inline float cir_euler_step(float v, float g, float level, float noise, float z) {
  const float positive = raised_to(kSmallestRoot, v);
  const float deviation = Math::sqrt_positive(raised_to(kSmallestRoot, g * noise * positive));
  return math::fma(deviation, z, math::fma(g, level - positive, v));
}

/// Moves a hill by its exact mean and variance; `noise` = sqrt(4 / d).
template <class Math = ReproducibleMath>
LOSSCAST_HD inline float cir_exact_step(float v, float g, float gain, float noise, float z) {
  const float positive = raised_to(kSmallestRoot, v);
  const float kept = math::fma(-g, positive, positive);
  const float variance = gain * math::fma(0.5f, gain, kept);
  const float deviation = noise * Math::sqrt_positive(raised_to(kSmallestRoot, variance));
  return math::fma(deviation, z, math::fma(-g, positive, v) + gain);
}

/// Mean and variance of a hill over paths that share their coefficients.
template <class Real>
struct CirMoments {
  Real mean{0};      ///< in the unit of the hill's level
  Real variance{0};  ///< in that unit, squared
};

/// The moments after a block, from those before it: exactly those of the scheme's own Markov chain.
template <Scheme scheme, class Real>
inline CirMoments<Real> cir_moments(const CirMoments<Real>& old, const Real& g, const Real& gain,
                                    const Real& four_over_d) {
  const Real keep = Real(1) - g;
  return {old.mean - g * old.mean + gain,
          old.variance * keep * keep + cir_variance<scheme>(old.mean, g, gain, four_over_d)};
}

}  // namespace losscast::inline LOSSCAST_ISA
