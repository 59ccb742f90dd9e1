// What a tile of work moves: a set D of types and functions, all static, made of a model's Dynamics
// (losscast/model/dynamics.hpp):
//
//   D::Coefficients              class 1, of one block of one schedule, as it lies in memory
//   D::Paths<P>, D::State<P>     what is constant along P paths, and what moves, under one schedule
//   D::kVariates                 random numbers that a path takes a block, shared by all schedules
//   D::kDraws                    Philox blocks that they come from: address<number>() of each says stream and group
//   D::load(a, path, lane, paths)                   constants of a path
//   D::variates<number>(bits, store)                calls store(variate, value) for those of Philox block `number`
//   D::kNormals                                     the first so many variates are normal, the others uniform in (0, 1)
//   D::start(state)
//   D::step(a, state, paths, coefficients, z)       one block; z[kVariates][P]
//   D::value(a, path, step, state, lane)            what is recorded of a path, beside
//   D::added_loss(a, path, coefficients)            and what is added to it at the end of a block [nats]
//
// with `a` the EnsembleArguments and `path` its number in the whole experiment.
#pragma once

#include "kernels/ensemble_arguments.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"
#include "losscast/random/uniform.hpp"

namespace losscast {

// Where a Philox block lies, beside seed, path and step.
struct DrawAddress {
  Stream stream;
  std::uint32_t group;
};

}  // namespace losscast

namespace losscast::inline LOSSCAST_ISA {

// One normal variate of a path.
LOSSCAST_HD inline float single_normal(const EnsembleArguments& a, Stream stream, std::uint64_t path,
                                       std::uint32_t step) {
  float four[4];
  normals4(random_bits(a.seed, stream, number_of_draws(a, path), step, 0), four);
  return sign_of_noise(a, path) * four[0];
}

// What the second path of an antithetic pair takes in place of a variate of the first.
template <class D>
LOSSCAST_HD inline float mirrored(int variate, float value) {
  return variate < D::kNormals ? -value : 1.0f - value;
}

// The Dynamics of a model (losscast/model/dynamics.hpp), with what a request adds to it: which random numbers and which
// draw a path takes, its start-up shift and offset, and observation noise.
template <class Spec, Scheme scheme, class Math>
struct CalmDynamics {
  using Model = typename Spec::Dynamics;
  using Constants = typename Model::template Constants<float>;
  static constexpr int kVariates = Model::kNormals;
  static constexpr int kNormals = kVariates;
  static constexpr int kDraws = (kVariates + 3) / 4;
  using Coefficients = BlockRow;
  template <int P>
  using Paths = typename Model::template Paths<scheme, P>;
  template <int P>
  using State = typename Model::template State<P>;

  LOSSCAST_HD static const Constants& constants(const EnsembleArguments& a, std::uint64_t path) {
    const auto draw = static_cast<std::int64_t>(number_of_draws(a, path) % static_cast<std::uint64_t>(a.draws));
    return *reinterpret_cast<const Constants*>(a.constants + draw * a.constants_stride);
  }

  template <int P>
  LOSSCAST_HD static void load(const EnsembleArguments& a, std::uint64_t path, int lane, Paths<P>& paths) {
    Model::load(paths, lane, constants(a, path), a.noise);
  }

  template <int kNumber>
  LOSSCAST_HD static constexpr DrawAddress address() {
    return {Stream::noise, kNumber};
  }

  template <int kNumber, class Store>
  LOSSCAST_HD static void variates(const RandomBits& bits, const Store& store) {
    float four[4];
    normals4<Math>(bits, four);
    LOSSCAST_UNROLL
    for (int i = 0; i < 4; ++i)
      if (4 * kNumber + i < kVariates) store(4 * kNumber + i, four[i]);
  }

  template <int P>
  LOSSCAST_HD static void start(State<P>& state) {
    Model::start(state);
  }

  template <int P>
  LOSSCAST_HD static void step(const EnsembleArguments& a, State<P>& state, const Paths<P>& paths,
                               const Coefficients& coefficients, const float (&z)[kVariates][P]) {
    Model::template step<Math>(state, paths, coefficients.block, a.noise, z);
  }

  template <class Row>
  LOSSCAST_HD static float added_loss(const EnsembleArguments& a, std::uint64_t path, const Row& row) {
    return Model::added_loss(constants(a, path), row.block);
  }

  template <int P>
  LOSSCAST_HD static float value(const EnsembleArguments& a, std::uint64_t path, std::uint32_t step,
                                 const State<P>& state, int lane) {
    // What is switched off, as all is for noise-free paths, draws no numbers.
    const auto plus_normal = [&](float amplitude, Stream stream, std::uint32_t at, float more) {
      return amplitude != 0.0f ? math::fma(amplitude, single_normal(a, stream, path, at), more) : more;
    };
    const float shift = plus_normal(a.noise.startup_shift, Stream::start_up, 0, 0.0f);
    const float observed = plus_normal(a.noise.observation, Stream::observation, step, 0.0f);
    const float offset = plus_normal(a.noise.run_offset, Stream::offset, 0, observed);
    return Model::loss(state, lane, constants(a, path), shift) + offset;
  }
};

// The same with jumps and a barrier.
template <class Spec, Scheme scheme, class Math>
struct SpikedDynamics {
  using Calm = CalmDynamics<Spec, scheme, Math>;
  static constexpr int kBarrier = Calm::kVariates, kOccurs = kBarrier + 1, kSize = kOccurs + 1;  // variates
  static constexpr int kVariates = kSize + 1;
  static constexpr int kNormals = kBarrier + 1;
  static constexpr int kDraws = Calm::kDraws + 1;
  using Coefficients = SpikedBlockRow;
  template <int P>
  using Paths = typename Calm::template Paths<P>;
  template <int P>
  struct State {
    typename Calm::template State<P> calm;
    SpikeTile<P> spikes;
  };

  template <int P>
  LOSSCAST_HD static void load(const EnsembleArguments& a, std::uint64_t path, int lane, Paths<P>& paths) {
    Calm::load(a, path, lane, paths);
  }

  template <int kNumber>
  LOSSCAST_HD static constexpr DrawAddress address() {
    if constexpr (kNumber < Calm::kDraws) {
      return Calm::template address<kNumber>();
    } else {
      return {Stream::jumps, 0};
    }
  }

  template <int kNumber, class Store>
  LOSSCAST_HD static void variates(const RandomBits& bits, const Store& store) {
    if constexpr (kNumber < Calm::kDraws) {
      Calm::template variates<kNumber>(bits, store);
    } else {
      float z, ignored;
      normal_pair<Math>(bits.word[2], bits.word[3], z, ignored);
      store(kBarrier, z);
      store(kOccurs, open_uniform(bits.word[0]));
      store(kSize, open_uniform(bits.word[1]));
    }
  }

  template <int P>
  LOSSCAST_HD static void start(State<P>& state) {
    Calm::start(state.calm);
    losscast::start(state.spikes);
  }

  template <int P>
  LOSSCAST_HD static void step_calm(const EnsembleArguments& a, State<P>& state, const Paths<P>& paths,
                                    const Coefficients& coefficients, const float (&z)[kVariates][P]) {
    float normals[Calm::kVariates][P];
    LOSSCAST_UNROLL
    for (int v = 0; v < Calm::kVariates; ++v)
      for (int lane = 0; lane < P; ++lane) normals[v][lane] = z[v][lane];
    Calm::Model::template step<Math>(state.calm, paths, coefficients.block, a.noise, normals);
  }

  template <int P>
  LOSSCAST_HD static void step_spikes(const EnsembleArguments& a, State<P>& state, const Paths<P>& paths,
                                      const Coefficients& coefficients, const float (&z)[kVariates][P]) {
    float dtau[P];
    for (int lane = 0; lane < P; ++lane)
      dtau[lane] = Calm::Model::template clock_time<Math>(coefficients.block, paths, lane);
    losscast::step<Math>(state.spikes, a.spikes, coefficients.spikes, dtau, z[kOccurs], z[kSize], z[kBarrier]);
  }

  // The two parts do not depend on each other. On a GPU spikes come first, so that their variates take no registers
  // while the hills move. On a CPU they come last: once their clock is computed, GCC no longer vectorises what drives
  // the hills, as both have the weights' norm in common, and paths take twice the time.
  template <int P>
  LOSSCAST_HD static void step(const EnsembleArguments& a, State<P>& state, const Paths<P>& paths,
                               const Coefficients& coefficients, const float (&z)[kVariates][P]) {
#ifdef __CUDA_ARCH__
    step_spikes(a, state, paths, coefficients, z);
    step_calm(a, state, paths, coefficients, z);
#else
    step_calm(a, state, paths, coefficients, z);
    step_spikes(a, state, paths, coefficients, z);
#endif
  }

  LOSSCAST_HD static float added_loss(const EnsembleArguments& a, std::uint64_t path, const Coefficients& row) {
    return Calm::added_loss(a, path, row);
  }

  template <int P>
  LOSSCAST_HD static float value(const EnsembleArguments& a, std::uint64_t path, std::uint32_t step,
                                 const State<P>& state, int lane) {
    const float calm = Calm::value(a, path, step, state.calm, lane);
    return state.spikes.diverged[lane] > 0.0f ? __builtin_huge_valf() : calm + state.spikes.jumps[lane];
  }
};

}  // namespace losscast::inline LOSSCAST_ISA
