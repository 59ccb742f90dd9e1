// The smallest SDEs as the engine's tiles see them: one state, fixed parameters, so that all coefficients belong to
// class 1. With the relative LR x, g = k dt x and l = L x:
//
//   linear   v' = v + g (l - v) + l sqrt(c g) z                        an Ornstein-Uhlenbeck mode
//   hill     v' = v + g (l - max(v, 0)) + sqrt(c g l max(v, 0)) z      a CIR hill, full truncation
//   demo     v' = v - K x max(v, 0)^1.5 + x sqrt(C max(v, 0)) z        drift power 1.5, square-root noise; v(0) = 1
//
// A block of the tiles is four steps here: so many normal variates come from one Philox block.
#pragma once

#include <cmath>

#include "kernels/dynamics.hpp"
#include "losscast/model/cir.hpp"

namespace losscast::bench {

inline constexpr int kStepsPerBlock = 4;
inline constexpr float kRateTimesStep = 0.05f;  // k dt
inline constexpr float kLevel = 0.1f;           // L, and v(0)
inline constexpr float kFourOverD = 0.1f;       // c

inline constexpr double kDemoDrift = 0.02;  // K
inline constexpr double kDemoNoise = 1e-4;  // C
inline constexpr float kDemoStart = 1.0f;

// What one step does: v' = first v + second + noise (...) z for the linear mode, relaxation, level and 4 / d level for
// the hill, K x and sqrt(C) x for the demo.
struct alignas(16) ElementaryRow {
  float first[kStepsPerBlock], second[kStepsPerBlock], noise[kStepsPerBlock];
};

}  // namespace losscast::bench

namespace losscast::inline LOSSCAST_ISA {

template <class Math>
struct ElementarySde {
  static constexpr int kVariates = bench::kStepsPerBlock;
  static constexpr int kNormals = kVariates;
  static constexpr int kDraws = 1;
  using Coefficients = bench::ElementaryRow;
  template <int P>
  struct Paths {};
  template <int P>
  struct State {
    float v[P];
  };

  template <int P>
  LOSSCAST_HD static void load(const EnsembleArguments&, std::uint64_t, int, Paths<P>&) {}

  template <int kNumber>
  LOSSCAST_HD static constexpr DrawAddress address() {
    return {Stream::noise, kNumber};
  }

  template <int kNumber, class Store>
  LOSSCAST_HD static void variates(const RandomBits& bits, const Store& store) {
    float four[4];
    normals4<Math>(bits, four);
    LOSSCAST_UNROLL
    for (int i = 0; i < 4; ++i) store(i, four[i]);
  }

  template <int P>
  LOSSCAST_HD static void start(State<P>& state) {
    for (int lane = 0; lane < P; ++lane) state.v[lane] = bench::kLevel;
  }

  LOSSCAST_HD static float added_loss(const EnsembleArguments&, std::uint64_t, const Coefficients&) { return 0.0f; }

  template <int P>
  LOSSCAST_HD static float value(const EnsembleArguments&, std::uint64_t, std::uint32_t, const State<P>& state,
                                 int lane) {
    return state.v[lane];
  }
};

template <class Math>
struct LinearMode : ElementarySde<Math> {
  using Base = ElementarySde<Math>;
  template <int P>
  LOSSCAST_HD static void step(const EnsembleArguments&, typename Base::template State<P>& state,
                               const typename Base::template Paths<P>&, const typename Base::Coefficients& c,
                               const float (&z)[Base::kVariates][P]) {
    LOSSCAST_UNROLL
    for (int i = 0; i < Base::kVariates; ++i) {
      const float first = c.first[i], second = c.second[i], noise = c.noise[i];
      for (int lane = 0; lane < P; ++lane)
        state.v[lane] = math::fma(noise, z[i][lane], math::fma(first, state.v[lane], second));
    }
  }
};

template <class Math>
struct SquareRootHill : ElementarySde<Math> {
  using Base = ElementarySde<Math>;
  template <int P>
  LOSSCAST_HD static void step(const EnsembleArguments&, typename Base::template State<P>& state,
                               const typename Base::template Paths<P>&, const typename Base::Coefficients& c,
                               const float (&z)[Base::kVariates][P]) {
    LOSSCAST_UNROLL
    for (int i = 0; i < Base::kVariates; ++i)
      for (int lane = 0; lane < P; ++lane)
        state.v[lane] = cir_euler_step<Math>(state.v[lane], c.first[i], c.second[i], c.noise[i], z[i][lane]);
  }
};

template <class Math>
struct DemoSde : ElementarySde<Math> {
  using Base = ElementarySde<Math>;
  template <int P>
  LOSSCAST_HD static void start(typename Base::template State<P>& state) {
    for (int lane = 0; lane < P; ++lane) state.v[lane] = bench::kDemoStart;
  }
  template <int P>
  LOSSCAST_HD static void step(const EnsembleArguments&, typename Base::template State<P>& state,
                               const typename Base::template Paths<P>&, const typename Base::Coefficients& c,
                               const float (&z)[Base::kVariates][P]) {
    LOSSCAST_UNROLL
    for (int i = 0; i < Base::kVariates; ++i)
      for (int lane = 0; lane < P; ++lane) {
        const float positive = raised_to(kSmallestRoot, state.v[lane]);
        const float root = Math::sqrt_positive(positive);
        const float drifted = math::fma(-c.first[i] * root, positive, state.v[lane]);
        state.v[lane] = math::fma(c.noise[i] * root, z[i][lane], drifted);
      }
  }
};

}  // namespace losscast::inline LOSSCAST_ISA
