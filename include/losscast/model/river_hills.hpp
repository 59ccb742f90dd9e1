/// \file
/// The dynamics of a slow signal and fast hills:
///
///     loss = L0 + signal(u) + sum_j V_j + run offset,     du = dtau + s_u dW_0,
///     dV_j = k_j (l_j x^q - V_j) dtau + 2 sqrt(k_j l_j x^q V_j / d) dW_j,
///
/// driven by the effective LR x of losscast/model/parameter.hpp through the clock dtau = ref x dk. Beside what every
/// spec states (dynamics.hpp), one that names RiverHills<itself> states
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
    float norm0[P];          ///< n(0)
    float rates[kHills][P];  ///< relaxation rates k_j [1 / clock]
    float noise[kHills][P];  ///< sqrt(4 rate / d)
  };
  /// The coefficients that exact moments need.
  template <int P>
  struct Paths<Scheme::exact_moments, P> {
    float norm0[P];                  ///< n(0)
    float rates[kHills][P];          ///< relaxation rates k_j [1 / clock]
    float inverse_rates[kHills][P];  ///< 1 / k_j [clock]
    float noise;                     ///< sqrt(4 / d)
  };

  /// The clock needs more than FP32 over a long run, hence two parts.
  template <int P>
  struct State {
    float clock[P];          ///< tau = clock + clock_rest [LR x steps]
    float clock_rest[P];     ///< what FP32 leaves out of the sum
    float river[P];          ///< u - u(0) - tau
    float hills[kHills][P];  ///< V_j / l_j
  };

  /// Sets a lane to a path with these constants, see MovesTiles.
  template <int P>
  LOSSCAST_HD static void load(Paths<Scheme::euler, P>& paths, int lane,
                               const typename Law::template Constants<float>& constants, const PathNoise& noise) {
    paths.norm0[lane] = constants.norm0;
    LOSSCAST_UNROLL
    for (int j = 0; j < kHills; ++j) {
      paths.rates[j][lane] = constants.rates[j];
      paths.noise[j][lane] = math::sqrt(noise.four_over_d * constants.rates[j]);
    }
  }
  /// The same for exact moments.
  template <int P>
  LOSSCAST_HD static void load(Paths<Scheme::exact_moments, P>& paths, int lane,
                               const typename Law::template Constants<float>& constants, const PathNoise& noise) {
    paths.norm0[lane] = constants.norm0;
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

  /// Clock time that the block takes for the path of a lane [LR x steps].
  template <class Math, Scheme scheme, int P>
  LOSSCAST_HD static float clock_time(const Block<float>& block, const Paths<scheme, P>& paths, int lane) {
    return losscast::drive<Spec, Math>(block, paths.norm0[lane]).dtau;
  }

  /// Moves all paths across a block, on standard normal variates z.
  template <class Math, Scheme scheme, int P>
  LOSSCAST_HD static void step(State<P>& state, const Paths<scheme, P>& paths, const Block<float>& block,
                               const PathNoise& noise, const float (&z)[kNormals][P]) {
    Drive<float> driven[P];
    for (int lane = 0; lane < P; ++lane) driven[lane] = losscast::drive<Spec, Math>(block, paths.norm0[lane]);
    move<Math>(state, paths, driven, noise, z);
  }

  /// Loss of the path of a lane [nats per token], `startup_shift` being its u(0) [LR x steps].
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
      const float dtau = driven[lane].dtau;
      const float added = dtau + state.clock_rest[lane];
      const float clock = state.clock[lane] + added;
      state.clock_rest[lane] = added - (clock - state.clock[lane]);
      state.clock[lane] = clock;
      state.river[lane] = math::fma(noise.river * Math::sqrt(dtau), z[0][lane], state.river[lane]);
    }
    move_hills<Math>(state.hills, paths, driven, z);
  }

 private:
  template <class Math, int P>
  LOSSCAST_HD static void move_hills(float (&hills)[kHills][P], const Paths<Scheme::euler, P>& paths,
                                     const Drive<float> (&driven)[P], const float (&z)[kNormals][P]) {
    float root[P];
    for (int lane = 0; lane < P; ++lane) root[lane] = Math::sqrt(driven[lane].level * driven[lane].dtau);
    LOSSCAST_UNROLL
    for (int j = 0; j < kHills; ++j)
      for (int lane = 0; lane < P; ++lane)
        hills[j][lane] = cir_euler_step<Math>(hills[j][lane], paths.rates[j][lane] * driven[lane].dtau,
                                              driven[lane].level, paths.noise[j][lane] * root[lane], z[1 + j][lane]);
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
