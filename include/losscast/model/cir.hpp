// A hill: the CIR process dV = k (l - V) dtau + 2 sqrt(k l V / d) dW, the sum of d squared Ornstein-Uhlenbeck
// coordinates, across a block of clock time dtau.
//
// At constant level l, with g = 1 - exp(-k dtau), the exact conditional moments are (Cox, Ingersoll & Ross 1985,
// eq. 19, written in g)
//   mean' = mean + g (l - mean)
//   var'  = var (1 - g)^2 + (4 l / d) g [mean (1 - g) + l g / 2],
// and Euler-Maruyama has g = k dtau and (4 l / d) g mean in place of the last term. Where the level moves along a line,
// l + h t with t from -1 to 1, the mean is that of the constant level l + h L(k dtau / 2), L being the Langevin
// function: a fast hill sees the end of the block, a slow one its average.
#pragma once

#include "losscast/macros.hpp"
#include "losscast/math/modes.hpp"
#include "losscast/model/scheme.hpp"

namespace losscast::inline LOSSCAST_ISA {

// Fraction g of the way to its level that a hill's mean goes in rate x time = `k_dtau`.
template <Scheme scheme, class Math = ReproducibleMath, class Real>
LOSSCAST_HD inline Real cir_relaxation(const Real& k_dtau) {
  if constexpr (scheme == Scheme::euler) {
    return k_dtau;
  } else {
    return Math::relaxation(k_dtau);
  }
}

// Variance added in the step to a hill that starts it at v >= 0.
template <Scheme scheme, class Real>
LOSSCAST_HD inline Real cir_variance(const Real& v, const Real& g, const Real& level, const Real& four_over_d) {
  if constexpr (scheme == Scheme::euler) {
    return four_over_d * level * g * v;
  } else {
    return four_over_d * level * g * (v * (Real(1) - g) + Real(0.5) * level * g);
  }
}

// The Langevin function at x / 2: coth(x / 2) - 2 / x, for x > 0, with g = 1 - exp(-x). By its series where the two
// terms nearly cancel (first neglected term: 5e-6 at x = 0.6).
template <class Math = ReproducibleMath, class Real>
LOSSCAST_HD inline Real lag_of_level(const Real& x, const Real& g) {
  const Real series = x * (Real(1.0f / 6) - x * x * Real(1.0f / 360));
  return where_below(0.6f, x, series, Math::divide(Real(2) * (x - g), x * g) - Real(1));
}

// The constant level that stands for a moving one. Euler-Maruyama's blocks are short: it takes the average.
template <Scheme scheme, class Math = ReproducibleMath, class Real>
LOSSCAST_HD inline Real cir_level(const Real& average, const Real& change, const Real& k_dtau, const Real& g) {
  if constexpr (scheme == Scheme::euler) {
    return average;
  } else {
    const Real level = average + change * lag_of_level<Math>(k_dtau, g);
    return level > Real(0) ? level : Real(0);  // the line through an LR that falls off a cliff may cross zero
  }
}

// A path's hill across a block, in units of its stationary mean at x = 1, with z standard normal. Full truncation
// (Lord, Koekkoek & van Dijk 2010): drift and diffusion see max(v, 0), the state itself keeps its sign, so that its
// mean is not pushed up at the boundary. (Max(v, 2^-96), which a square root can be taken of.)
//
// Euler-Maruyama; `noise` = sqrt((4 / d) g level).
template <class Math = ReproducibleMath>
LOSSCAST_HD inline float cir_euler_step(float v, float g, float level, float noise, float z) {
  const float positive = at_least(kSmallestRoot, v);
  return math::fma(noise * Math::sqrt_positive(positive), z, math::fma(g, level - positive, v));
}

// By the exact mean and variance.
template <class Math = ReproducibleMath>
LOSSCAST_HD inline float cir_exact_step(float v, float g, float level, float four_over_d, float z) {
  const float positive = at_least(kSmallestRoot, v);
  const float deviation = Math::sqrt(cir_variance<Scheme::exact_moments>(positive, g, level, four_over_d));
  return math::fma(deviation, z, math::fma(g, level - positive, v));
}

// Mean and variance of a hill over paths that share their coefficients.
template <class Real>
struct CirMoments {
  Real mean{0};
  Real variance{0};
};

template <Scheme scheme, class Real>
inline CirMoments<Real> cir_moments(const CirMoments<Real>& old, const Real& g, const Real& level,
                                    const Real& four_over_d) {
  const Real keep = Real(1) - g;
  return {old.mean + g * (level - old.mean),
          old.variance * keep * keep + cir_variance<scheme>(old.mean, g, level, four_over_d)};
}

}  // namespace losscast::inline LOSSCAST_ISA
