// CalmDynamics of kernels/dynamics.hpp with its class 3 coefficients read from memory: clock time, level and its change
// of every (schedule, block, draw), computed beforehand.
#pragma once

#include "kernels/dynamics.hpp"
#include "losscast/model/river_hills.hpp"

namespace losscast::bench {

// The row of a schedule's block says where its table is, [dtau, river, level, level_change][draws].
struct alignas(16) TabledRow {
  const float* drives = nullptr;
  float bias = 0, peak = 0;  // as Block has them
};

}  // namespace losscast::bench

namespace losscast::inline LOSSCAST_ISA {

template <class Spec, Scheme scheme, class Math>
struct TabledRiverHills : CalmDynamics<Spec, scheme, Math> {
  using Base = CalmDynamics<Spec, scheme, Math>;
  using Coefficients = bench::TabledRow;
  template <int P>
  struct Paths {
    typename Base::template Paths<P> base;
    std::int64_t first_draw = 0;
  };

  template <int P>
  LOSSCAST_HD static void load(const EnsembleArguments& a, std::uint64_t path, int lane, Paths<P>& paths) {
    Base::load(a, path, lane, paths.base);
    if (lane == 0) paths.first_draw = static_cast<std::int64_t>(path % static_cast<std::uint64_t>(a.draws));
  }

  LOSSCAST_HD static float added_loss(const EnsembleArguments& a, std::uint64_t path, const Coefficients& row) {
    Block<float> block{};
    block.bias = row.bias;
    block.peak = row.peak;
    return RiverHills<Spec>::added_loss(Base::constants(a, path), block);
  }

  // Precondition: the number of draws is a multiple of P, and so is the first path.
  template <int P>
  LOSSCAST_HD static void step(const EnsembleArguments& a, typename Base::template State<P>& state,
                               const Paths<P>& paths, const Coefficients& coefficients,
                               const float (&z)[Base::kVariates][P]) {
    const float* dtau = coefficients.drives + paths.first_draw;
    const float *river = dtau + a.draws, *level = river + a.draws, *change = level + a.draws;
    Drive<float> driven[P];
    for (int lane = 0; lane < P; ++lane) driven[lane] = {dtau[lane], river[lane], level[lane], change[lane]};
    RiverHills<Spec>::template move<Math>(state, paths.base, driven, a.noise, z);
  }
};

}  // namespace losscast::inline LOSSCAST_ISA
