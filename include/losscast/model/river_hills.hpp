// The family of loss SDEs with a slow signal and fast hills:
//
//   loss = L0 + signal(u) + sum_j V_j + run offset,     du = dtau + s_u dW_0,
//   dV_j = k_j (l_j x^q - V_j) dtau + 2 sqrt(k_j l_j x^q V_j / d) dW_j,
//
// driven by the effective LR x of losscast/model/parameter.hpp through the clock dtau = ref x dk. A model of the
// family is a `Spec` (adamw.hpp, power.hpp, spectral.hpp): how its parameters give the path constants, its signal, and
// its effective LR. Everything that moves a path or a moment is here, once, for every backend.
#pragma once

#include "losscast/macros.hpp"
#include "losscast/math/elementary.hpp"
#include "losscast/model/cir.hpp"
#include "losscast/model/coefficients.hpp"
#include "losscast/model/parameter.hpp"
#include "losscast/model/scheme.hpp"

namespace losscast {

// The signal is evaluated at u >= kClockFloor: a start-up shift may set a path's clock back below zero early in the
// warm-up, where a power of u has no meaning. [LR x steps]
inline constexpr float kClockFloor = 1e-3f;

// Noise that a request gives to its paths, the same for each. Zero switches a source off.
struct PathNoise {
  float river = 0;          // s_u [sqrt(LR x steps)]
  float four_over_d = 0;    // 4 / (dimensions of a hill); 0 = hills follow their mean
  float startup_shift = 0;  // standard deviation of u(0) [LR x steps]
  float run_offset = 0;     // standard deviation of a run's constant offset [nats]
  float observation = 0;    // standard deviation of a logged point around its run [nats]
};

}  // namespace losscast

namespace losscast::inline LOSSCAST_ISA {

// Constants of P paths side by side: one draw of the parameters each, and what is drawn once for a path.
template <int K, int P>
struct PathTile {
  float floor[P], amplitude[P], exponent[P], norm0[P];
  float rates[K][P], levels[K][P];
  float startup_shift[P];  // u(0)
};

// State of P paths under one schedule. The clock needs more than FP32 over a long run, hence two parts.
template <int K, int P>
struct StateTile {
  float clock[P], clock_rest[P];  // tau = clock + clock_rest
  float river[P];                 // u - u(0) - tau
  float hills[K][P];
};

template <class Spec, class Real>
LOSSCAST_HD inline Drive<Real> drive(const Block<Real>& block, const Real& norm0) {
  if constexpr (Spec::kEffectiveLr.weight_norm == EffectiveLr::WeightNorm::none) {
    return {block.clock, block.level, block.level_change};
  } else {
    using math::pow;
    using math::sqrt;
    constexpr double kExponent = -0.5 * Spec::kEffectiveLr.level_power;  // levels go as n^kExponent
    const Real norm = block.norm_gain * norm0 + block.norm_offset;
    const Real norm_change = block.norm_gain_change * norm0 + block.norm_offset_change;
    const Real scale = pow(norm, Real(kExponent));
    const Real root = sqrt(norm);
    return {block.clock / root, block.level * scale,
            scale * (block.level_change + Real(kExponent) * block.level * norm_change / norm)};
  }
}

template <int K, int P>
LOSSCAST_HD inline void start(StateTile<K, P>& state) {
  for (int lane = 0; lane < P; ++lane) state.clock[lane] = state.clock_rest[lane] = state.river[lane] = 0.0f;
  LOSSCAST_UNROLL
  for (int j = 0; j < K; ++j)
    for (int lane = 0; lane < P; ++lane) state.hills[j][lane] = 0.0f;
}

// Moves P paths across one block. z[0] drives the river, z[1 + j] hill j.
template <class Spec, Scheme scheme, int P>
LOSSCAST_HD inline void step(StateTile<Spec::kHills, P>& state, const PathTile<Spec::kHills, P>& paths,
                             const Block<float>& block, const PathNoise& noise, const float (&z)[Spec::kHills + 1][P]) {
  float dtau[P], level[P], level_change[P];
  for (int lane = 0; lane < P; ++lane) {
    const Drive<float> driven = drive<Spec>(block, paths.norm0[lane]);
    dtau[lane] = driven.dtau;
    level[lane] = driven.level;
    level_change[lane] = driven.level_change;
  }
  for (int lane = 0; lane < P; ++lane) {
    // Compensated sum (Dekker's fast two-sum: the clock only grows, so it is never smaller than what is added,
    // except in the first blocks, where the error is below one unit in the last place of a small clock).
    const float added = dtau[lane] + state.clock_rest[lane];
    const float clock = state.clock[lane] + added;
    state.clock_rest[lane] = added - (clock - state.clock[lane]);
    state.clock[lane] = clock;
    state.river[lane] = math::fma(noise.river * math::sqrt(dtau[lane]), z[0][lane], state.river[lane]);
  }
  LOSSCAST_UNROLL
  for (int j = 0; j < Spec::kHills; ++j)
    for (int lane = 0; lane < P; ++lane) {
      const float k_dtau = paths.rates[j][lane] * dtau[lane];
      const float g = cir_relaxation<scheme>(k_dtau);
      const float relative_level = cir_level<scheme>(level[lane], level_change[lane], k_dtau, g);
      state.hills[j][lane] = cir_step<scheme>(state.hills[j][lane], g, paths.levels[j][lane] * relative_level,
                                              noise.four_over_d, z[1 + j][lane]);
    }
}

// Loss of P paths, nats per token, without what a request adds to a path (offset, spikes).
template <class Spec, int P>
LOSSCAST_HD inline void loss(const StateTile<Spec::kHills, P>& state, const PathTile<Spec::kHills, P>& paths,
                             float (&out)[P]) {
  float hills[P];
  for (int lane = 0; lane < P; ++lane) hills[lane] = 0.0f;
  LOSSCAST_UNROLL
  for (int j = 0; j < Spec::kHills; ++j)
    for (int lane = 0; lane < P; ++lane) hills[lane] += state.hills[j][lane];
  for (int lane = 0; lane < P; ++lane) {
    const float deviation = state.clock_rest[lane] + state.river[lane] + paths.startup_shift[lane];
    const float shifted = state.clock[lane] + deviation;
    const float u = shifted > kClockFloor ? shifted : kClockFloor;
    out[lane] = paths.floor[lane] + (Spec::signal(u, paths.amplitude[lane], paths.exponent[lane],
                                                  [&](int j) { return paths.rates[j][lane]; }) +
                                     hills[lane]);
  }
}

}  // namespace losscast::inline LOSSCAST_ISA
