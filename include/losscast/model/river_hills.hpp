// The family of loss SDEs with a slow signal and fast hills:
//
//   loss = L0 + signal(u) + sum_j V_j + run offset,     du = dtau + s_u dW_0,
//   dV_j = k_j (l_j x^q - V_j) dtau + 2 sqrt(k_j l_j x^q V_j / d) dW_j,
//
// driven by the effective LR x of losscast/model/parameter.hpp through the clock dtau = ref x dk. A model of the
// family is a `Spec` (adamw.hpp, power.hpp, spectral.hpp): how its parameters give the path constants, its signal, and
// its effective LR. Everything that moves a path or a moment is here, once, for every backend.
#pragma once

#include "losscast/base/macros.hpp"
#include "losscast/math/modes.hpp"
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

// What moves P paths side by side: one draw of the parameters each. Hills are kept in units of their stationary mean at
// x = 1, so that their levels appear only where the loss is read.
template <Scheme scheme, int K, int P>
struct PathTile;
template <int K, int P>
struct PathTile<Scheme::euler, K, P> {
  float norm0[P];
  float rates[K][P];
  float noise[K][P];  // sqrt(4 rate / d)
};
template <int K, int P>
struct PathTile<Scheme::exact_moments, K, P> {
  float norm0[P];
  float rates[K][P];
  float inverse_rates[K][P];
  float noise;  // sqrt(4 / d)
};

// State of P paths under one schedule. The clock needs more than FP32 over a long run, hence two parts.
template <int K, int P>
struct StateTile {
  float clock[P], clock_rest[P];  // tau = clock + clock_rest
  float river[P];                 // u - u(0) - tau
  float hills[K][P];              // V_j / l_j
};

template <class Spec, class Math = ReproducibleMath, class Real>
LOSSCAST_HD inline Drive<Real> drive(const Block<Real>& block, const Real& norm0) {
  if constexpr (Spec::kEffectiveLr.weight_norm == EffectiveLr::WeightNorm::none) {
    return {block.clock, block.level, block.level_change};
  } else {
    constexpr double kExponent = -0.5 * Spec::kEffectiveLr.level_power;  // levels go as n^kExponent
    const Real norm = block.norm_gain * norm0 + block.norm_offset;
    const Real norm_change = block.norm_gain_change * norm0 + block.norm_offset_change;
    const Real scale = Math::power(norm, Real(kExponent));
    const Real inverse_root = Math::inverse_sqrt(norm);
    return {block.clock * inverse_root, block.level * scale,
            scale * (block.level_change + Real(kExponent) * block.level * norm_change * (inverse_root * inverse_root))};
  }
}

template <int K, int P>
LOSSCAST_HD inline void start(StateTile<K, P>& state) {
  for (int lane = 0; lane < P; ++lane) state.clock[lane] = state.clock_rest[lane] = state.river[lane] = 0.0f;
  LOSSCAST_UNROLL
  for (int j = 0; j < K; ++j)
    for (int lane = 0; lane < P; ++lane) state.hills[j][lane] = 0.0f;
}

// Sets lane number `lane` of a tile to a path with these constants.
template <int K, int P>
LOSSCAST_HD inline void load(PathTile<Scheme::euler, K, P>& paths, int lane, const PathConstants<float, K>& constants,
                             const PathNoise& noise) {
  paths.norm0[lane] = constants.norm0;
  LOSSCAST_UNROLL
  for (int j = 0; j < K; ++j) {
    paths.rates[j][lane] = constants.rates[j];
    paths.noise[j][lane] = math::sqrt(noise.four_over_d * constants.rates[j]);
  }
}
template <int K, int P>
LOSSCAST_HD inline void load(PathTile<Scheme::exact_moments, K, P>& paths, int lane,
                             const PathConstants<float, K>& constants, const PathNoise& noise) {
  paths.norm0[lane] = constants.norm0;
  paths.noise = math::sqrt(noise.four_over_d);
  LOSSCAST_UNROLL
  for (int j = 0; j < K; ++j) {
    paths.rates[j][lane] = constants.rates[j];
    paths.inverse_rates[j][lane] = 1.0f / constants.rates[j];
  }
}

// Moves the hills of P paths across one block. z[1 + j] drives hill j.
template <class Math, int K, int P>
LOSSCAST_HD inline void move_hills(float (&hills)[K][P], const PathTile<Scheme::euler, K, P>& paths,
                                   const Drive<float> (&driven)[P], const float (&z)[K + 1][P]) {
  float root[P];
  for (int lane = 0; lane < P; ++lane) root[lane] = Math::sqrt(driven[lane].level * driven[lane].dtau);
  LOSSCAST_UNROLL
  for (int j = 0; j < K; ++j)
    for (int lane = 0; lane < P; ++lane)
      hills[j][lane] = cir_euler_step<Math>(hills[j][lane], paths.rates[j][lane] * driven[lane].dtau,
                                            driven[lane].level, paths.noise[j][lane] * root[lane], z[1 + j][lane]);
}
template <class Math, int K, int P>
LOSSCAST_HD inline void move_hills(float (&hills)[K][P], const PathTile<Scheme::exact_moments, K, P>& paths,
                                   const Drive<float> (&driven)[P], const float (&z)[K + 1][P]) {
  LevelLine<float> level[P];
  for (int lane = 0; lane < P; ++lane) level[lane] = level_line<Math>(driven[lane]);
  // In two loops: a chain of dependent operations is long here, and a CPU overlaps more of two short ones.
  float g[K][P];
  LOSSCAST_UNROLL
  for (int j = 0; j < K; ++j)
    for (int lane = 0; lane < P; ++lane) g[j][lane] = Math::relaxation(paths.rates[j][lane] * driven[lane].dtau);
  LOSSCAST_UNROLL
  for (int j = 0; j < K; ++j)
    for (int lane = 0; lane < P; ++lane) {
      const float gain = cir_gain<Scheme::exact_moments, Math>(level[lane], paths.inverse_rates[j][lane], g[j][lane]);
      hills[j][lane] = cir_exact_step<Math>(hills[j][lane], g[j][lane], gain, paths.noise, z[1 + j][lane]);
    }
}

// Moves P paths across one block that does `driven` to them. z[0] drives the river, z[1 + j] hill j.
template <class Math, Scheme scheme, int K, int P>
LOSSCAST_HD inline void move(StateTile<K, P>& state, const PathTile<scheme, K, P>& paths,
                             const Drive<float> (&driven)[P], const PathNoise& noise, const float (&z)[K + 1][P]) {
  for (int lane = 0; lane < P; ++lane) {
    // Compensated sum (Dekker's fast two-sum: the clock only grows, so it is never smaller than what is added,
    // except in the first blocks, where the error is below one unit in the last place of a small clock).
    const float dtau = driven[lane].dtau;
    const float added = dtau + state.clock_rest[lane];
    const float clock = state.clock[lane] + added;
    state.clock_rest[lane] = added - (clock - state.clock[lane]);
    state.clock[lane] = clock;
    state.river[lane] = math::fma(noise.river * Math::sqrt(dtau), z[0][lane], state.river[lane]);
  }
  move_hills<Math>(state.hills, paths, driven, z);
}

// Moves P paths across one block of a schedule.
template <class Spec, class Math, Scheme scheme, int P>
LOSSCAST_HD inline void step(StateTile<Spec::kHills, P>& state, const PathTile<scheme, Spec::kHills, P>& paths,
                             const Block<float>& block, const PathNoise& noise, const float (&z)[Spec::kHills + 1][P]) {
  Drive<float> driven[P];
  for (int lane = 0; lane < P; ++lane) driven[lane] = drive<Spec, Math>(block, paths.norm0[lane]);
  move<Math>(state, paths, driven, noise, z);
}

// Loss of a path, nats per token, without what a request adds to it (offset, spikes). `constant` is its draw, as
// SdeModel::path_constants gives it, `lane` its place in the tile, `startup_shift` its u(0).
template <class Spec, int P>
LOSSCAST_HD inline float loss(const StateTile<Spec::kHills, P>& state, int lane,
                              const PathConstants<float, Spec::kHills>& constants, float startup_shift) {
  float hills = 0.0f;
  LOSSCAST_UNROLL
  for (int j = 0; j < Spec::kHills; ++j) hills = math::fma(constants.levels[j], state.hills[j][lane], hills);
  const float deviation = state.clock_rest[lane] + state.river[lane] + startup_shift;
  const float u = at_least(kClockFloor, state.clock[lane] + deviation);
  return constants.floor +
         (Spec::signal(u, constants.amplitude, constants.exponent, [&](int j) { return constants.rates[j]; }) + hills);
}

}  // namespace losscast::inline LOSSCAST_ISA
