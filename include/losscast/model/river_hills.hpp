/// \file
/// The dynamics of a slow signal and fast hills:
///
///     loss = L0 + signal(u) + sum_j V_j + run offset,     du = dtau_0 + s_u dW_0,
///     dV_j = k_j (l_j h - V_j) dtau + 2 sqrt(k_j l_j h V_j / d) dW_j,
///
/// driven by the LR as losscast/model/parameter.hpp says: through the hills' clock dtau, the river's dtau_0, of which
/// the Brownian motions are, and the level h. Beside what every spec states (dynamics.hpp), one that names
/// RiverHills<itself> states
///
/// - `kHills`: how many hills
/// - `constants(parameters)`: a RiverHillsConstants<Real, kHills>
/// - `signal(u, amplitude, exponent, rate)`: [nats] in any number type, on host and device, from the constants of these
///   names; rate(j) is the rate of hill j
///
/// as in adamw.hpp, power.hpp, spectral.hpp. Everything that moves a path or a moment is here and in
/// river_hills_law.hpp, once, for every backend.
#pragma once

#include "losscast/base/macros.hpp"
#include "losscast/math/modes.hpp"
#include "losscast/model/cir.hpp"
#include "losscast/model/coefficients.hpp"
#include "losscast/model/drive.hpp"
#include "losscast/model/path_noise.hpp"
#include "losscast/model/river_hills_law.hpp"
#include "losscast/model/scheme.hpp"

namespace losscast::inline LOSSCAST_ISA {

/// The responses of P paths to the LR, an array for each coefficient.
template <int P>
struct LrResponses {
  float norm0[P];        ///< as LrResponse has them
  float level_power[P];  ///< likewise
  float saturation[P];   ///< likewise
  float slowness[P];     ///< likewise

  /// Sets that of a lane.
  LOSSCAST_HD void set(int lane, const LrResponse<float>& response) {
    norm0[lane] = response.norm0;
    level_power[lane] = response.level_power;
    saturation[lane] = response.saturation;
    slowness[lane] = response.slowness;
  }
  /// Returns that of a lane.
  LOSSCAST_HD LrResponse<float> of(int lane) const {
    return {norm0[lane], level_power[lane], saturation[lane], slowness[lane]};
  }
};

/// River and hills of a model's specification, and what moves their paths.
template <class ModelSpec>
struct RiverHills : RiverHillsLaw<ModelSpec> {
  using Law = RiverHillsLaw<ModelSpec>;  ///< mean and variance of the same
  /// Number of hills.
  using Law::kHills;
  /// The model's specification.
  using typename Law::Spec;
  static constexpr int kStates = kHills + 1;  ///< the river and the hills
  static constexpr int kNormals = kStates;    ///< number 0 drives the river, 1 + j hill j

  /// What moves P paths side by side: one draw of the parameters each. Hills are kept in units of their stationary mean
  /// at x = 1, so that their levels appear only where the loss is read.
  template <Scheme scheme, int P>
  struct Paths;
  /// The coefficients that Euler-Maruyama needs.
  template <int P>
  struct Paths<Scheme::euler, P> {
    LrResponses<P> response;  ///< to the LR
    float rates[kHills][P];   ///< relaxation rates k_j [1 / horizon]
    float noise;              ///< 4 / d
  };
  /// The coefficients that exact moments need.
  template <int P>
  struct Paths<Scheme::exact_moments, P> {
    LrResponses<P> response;         ///< to the LR
    float rates[kHills][P];          ///< relaxation rates k_j [1 / horizon]
    float inverse_rates[kHills][P];  ///< 1 / k_j [horizons]
    float noise;                     ///< sqrt(4 / d)
  };

  /// The river's clock needs more than FP32 over a long run, hence two parts.
  template <int P>
  struct State {
    float clock[P];          ///< of the river: clock + clock_rest [horizons]
    float clock_rest[P];     ///< what FP32 leaves out of the sum
    float river[P];          ///< u - u(0) - clock
    float hills[kHills][P];  ///< V_j / l_j
  };

  /// Sets a lane to a path with these constants, see MovesTiles.
  template <int P>
  LOSSCAST_HD static void load(Paths<Scheme::euler, P>& paths, int lane,
                               const typename Law::template Constants<float>& constants, const PathNoise& noise) {
    paths.response.set(lane, constants.response);
    paths.noise = noise.four_over_d;
    LOSSCAST_UNROLL
    for (int j = 0; j < kHills; ++j) paths.rates[j][lane] = constants.rates[j];
  }
  /// The same for exact moments.
  template <int P>
  LOSSCAST_HD static void load(Paths<Scheme::exact_moments, P>& paths, int lane,
                               const typename Law::template Constants<float>& constants, const PathNoise& noise) {
    paths.response.set(lane, constants.response);
    paths.noise = math::sqrt(noise.four_over_d);
    LOSSCAST_UNROLL
    for (int j = 0; j < kHills; ++j) {
      paths.rates[j][lane] = constants.rates[j];
      paths.inverse_rates[j][lane] = 1.0f / constants.rates[j];
    }
  }

  /// Sets all paths to before the first update: clock, river and hills 0.
  template <int P>
  LOSSCAST_HD static void start(State<P>& state) {
    for (int lane = 0; lane < P; ++lane) state.clock[lane] = state.clock_rest[lane] = state.river[lane] = 0.0f;
    LOSSCAST_UNROLL
    for (int j = 0; j < kHills; ++j)
      for (int lane = 0; lane < P; ++lane) state.hills[j][lane] = 0.0f;
  }

  /// Clock time that the block takes for the hills of the path of a lane [horizons].
  template <class Math, Scheme scheme, int P>
  LOSSCAST_HD static float clock_time(const Block<float>& block, const Paths<scheme, P>& paths, int lane) {
    return losscast::clock_time<Spec::kEffectiveLr.weight_norm, Math>(block, paths.response.norm0[lane]);
  }

  /// Moves all paths across a block, on standard normal variates z.
  template <class Math, Scheme scheme, int P>
  LOSSCAST_HD static void step(State<P>& state, const Paths<scheme, P>& paths, const Block<float>& block,
                               const PathNoise& noise, const float (&z)[kNormals][P]) {
    Drive<float> driven[P];
    for (int lane = 0; lane < P; ++lane) driven[lane] = losscast::drive<Spec, Math>(block, paths.response.of(lane));
    move<Math>(state, paths, driven, noise, z);
  }

  /// Loss of the path of a lane [nats per token], `startup_shift` being its u(0) [horizons].
  template <int P>
  LOSSCAST_HD static float loss(const State<P>& state, int lane,
                                const typename Law::template Constants<float>& constants, float startup_shift) {
    float hills = 0.0f;
    LOSSCAST_UNROLL
    for (int j = 0; j < kHills; ++j) hills = math::fma(constants.levels[j], state.hills[j][lane], hills);
    const float deviation = state.clock_rest[lane] + state.river[lane] + startup_shift;
    const float u = at_least(kClockFloor, state.clock[lane] + deviation);
    return constants.floor +
           (Spec::signal(u, constants.amplitude, constants.exponent, [&](int j) { return constants.rates[j]; }) +
            hills);
  }

  /// Moves P paths across one block that does `driven` to them.
  template <class Math, Scheme scheme, int P>
  LOSSCAST_HD static void move(State<P>& state, const Paths<scheme, P>& paths, const Drive<float> (&driven)[P],
                               const PathNoise& noise, const float (&z)[kNormals][P]) {
    for (int lane = 0; lane < P; ++lane) {
      // Compensated sum (Dekker's fast two-sum: the clock only grows, so it is never smaller than what is added,
      // except in the first blocks, where the error is below one unit in the last place of a small clock).
      const float passed = driven[lane].river;
      const float added = passed + state.clock_rest[lane];
      const float clock = state.clock[lane] + added;
      state.clock_rest[lane] = added - (clock - state.clock[lane]);
      state.clock[lane] = clock;
      state.river[lane] = math::fma(noise.river * Math::sqrt(passed), z[0][lane], state.river[lane]);
    }
    move_hills<Math>(state.hills, paths, driven, z);
  }

 private:
  template <class Math, int P>
  LOSSCAST_HD static void move_hills(float (&hills)[kHills][P], const Paths<Scheme::euler, P>& paths,
                                     const Drive<float> (&driven)[P], const float (&z)[kNormals][P]) {
    LOSSCAST_UNROLL
    for (int j = 0; j < kHills; ++j)
      for (int lane = 0; lane < P; ++lane)
        hills[j][lane] = cir_euler_step<Math>(hills[j][lane], paths.rates[j][lane] * driven[lane].dtau,
                                              driven[lane].level, paths.noise * driven[lane].level, z[1 + j][lane]);
  }
  template <class Math, int P>
  LOSSCAST_HD static void move_hills(float (&hills)[kHills][P], const Paths<Scheme::exact_moments, P>& paths,
                                     const Drive<float> (&driven)[P], const float (&z)[kNormals][P]) {
    LevelLine<float> level[P];
    for (int lane = 0; lane < P; ++lane) level[lane] = level_line<Math>(driven[lane]);
    // There are two loops, as a chain of dependent operations is long here, and a CPU overlaps more of two short ones.
    float g[kHills][P];
    LOSSCAST_UNROLL
    for (int j = 0; j < kHills; ++j)
      for (int lane = 0; lane < P; ++lane) g[j][lane] = Math::relaxation(paths.rates[j][lane] * driven[lane].dtau);
    LOSSCAST_UNROLL
    for (int j = 0; j < kHills; ++j)
      for (int lane = 0; lane < P; ++lane) {
        const float gain = cir_gain<Scheme::exact_moments, Math>(level[lane], paths.inverse_rates[j][lane], g[j][lane]);
        hills[j][lane] = cir_exact_step<Math>(hills[j][lane], g[j][lane], gain, paths.noise, z[1 + j][lane]);
      }
  }
};

}  // namespace losscast::inline LOSSCAST_ISA
