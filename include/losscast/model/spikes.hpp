/// \file
/// Spikes and divergence, which any model may carry beside its own states. Off unless a request switches them on.
///
/// Jumps: dZ = -k_z Z dk + J dN with rate Lambda0 (eta / eta_c)^e an optimiser step, J exponential; Z adds to the loss.
/// Barrier: an unstable mode dz = -kappa v z dk + v sqrt(sigma^2 + gamma^2 z^2) dW, W Brownian in steps, under the
/// strain v = x (eta / ref)^(r - 1), x being the effective LR; a path with |z| > z_max has diverged and stays so.
#pragma once

#include "losscast/base/macros.hpp"
#include "losscast/math/elementary.hpp"
#include "losscast/math/modes.hpp"

namespace losscast {

/// What a user sets; all zero means off.
struct Spikes {
  double jump_rate = 0;       ///< Lambda0 [1 / step] at eta_c
  double critical_lr = 1;     ///< eta_c
  double jump_exponent = 1;   ///< e
  double mean_jump = 0;       ///< E[J] [nats]
  double jump_decay = 0;      ///< k_z [1 / step]
  double barrier_pull = 0;    ///< kappa [1 / step]
  double barrier_noise = 0;   ///< sigma
  double barrier_growth = 0;  ///< gamma
  double barrier_limit = 0;   ///< z_max; 0 = no barrier state
  /// r: the strain rises as so many powers of the LR, beside what weights that grow along with it take back. At 1 it is
  /// the effective LR. From kLeastBarrierExponent to kMostBarrierExponent.
  double barrier_exponent = 1;

  /// Whether there are jumps or a barrier.
  bool any() const { return jump_rate > 0 || barrier_limit > 0; }
};

/// Below it the strain may rise as the LR falls to 0.
inline constexpr double kLeastBarrierExponent = 0.5;
/// Beyond it the strain may leave the range of single precision.
inline constexpr double kMostBarrierExponent = 4;

/// The same for every path and block.
struct SpikeConstants {
  float barrier_pull;    ///< kappa [1 / step]
  float barrier_noise;   ///< s
  float barrier_growth;  ///< g
  float barrier_limit;   ///< z_max; 0: no barrier
};

/// What depends on the schedule and the block, which has m steps.
struct SpikeBlock {
  float jump_probability;  ///< 1 - exp(-sum of the rate): of some jump in the block
  float mean_jump;         ///< what the block's jumps, where there are some, leave at its end on average [nats]
  float jump_keep;         ///< exp(-k_z m)
  float inverse_length;    ///< 1 / m, 0 for an empty block
  /// S times the mean of (eta / ref)^(r - 1) over the block's clock time: dtau times this is the sum of v over its
  /// updates [steps].
  float strain;
};

}  // namespace losscast

namespace losscast::inline LOSSCAST_ISA {

/// The rate at which jumps come at an LR [1 / step]; 0 where the LR is 0.
inline double jump_rate(const Spikes& spikes, double lr) {
  return lr > 0 ? spikes.jump_rate * math::pow(lr / spikes.critical_lr, spikes.jump_exponent) : 0;
}

/// The states of spikes of P paths under one schedule.
template <int P>
struct SpikeTile {
  float jumps[P];     ///< Z [nats]
  float barrier[P];   ///< z
  float diverged[P];  ///< 1 after |z| > z_max
};

/// Sets all paths to before the first update: nothing has happened.
template <int P>
LOSSCAST_HD inline void start(SpikeTile<P>& state) {
  for (int lane = 0; lane < P; ++lane) state.jumps[lane] = state.barrier[lane] = state.diverged[lane] = 0.0f;
}

/// Moves P paths across one block: `occurs` and `size` are uniform in (0, 1), `z` standard normal, `dtau` the clock
/// time of the block for each path.
template <class Math = ReproducibleMath, int P>
LOSSCAST_HD inline void step(SpikeTile<P>& state, const SpikeConstants& constants, const SpikeBlock& block,
                             const float (&dtau)[P], const float (&occurs)[P], const float (&size)[P],
                             const float (&z)[P]) {
  for (int lane = 0; lane < P; ++lane) {
    const float jump =
        where_below(block.jump_probability, occurs[lane], -block.mean_jump * Math::log(size[lane]), 0.0f);
    state.jumps[lane] = math::fma(state.jumps[lane], block.jump_keep, jump);

    const float strain = dtau[lane] * block.strain;
    const float old = state.barrier[lane];
    const float growth = constants.barrier_growth * old;
    const float variance =
        strain * strain * block.inverse_length * (constants.barrier_noise * constants.barrier_noise + growth * growth);
    const float moved = math::fma(Math::sqrt(variance), z[lane], math::fma(-constants.barrier_pull * strain, old, old));
    const float size_of_mode = moved < 0.0f ? -moved : moved;
    const float limit = constants.barrier_limit;
    // A diverged mode is left where it crossed the limit, so that it can neither come back nor overflow.
    state.diverged[lane] = limit > 0.0f && size_of_mode > limit ? 1.0f : state.diverged[lane];
    state.barrier[lane] = state.diverged[lane] > 0.0f ? old : moved;
  }
}

}  // namespace losscast::inline LOSSCAST_ISA
