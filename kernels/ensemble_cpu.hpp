// The CPU twin of ensemble_cuda.cuh. Included only by the translation units of one instruction set each, so it must not
// instantiate anything of the standard library: the linker would keep one copy for all.
#pragma once

#include "kernels/ensemble.hpp"
#include "kernels/ensemble_tile.hpp"

namespace losscast::inline LOSSCAST_ISA {

// One AVX-512 register holds all lanes of a tile; narrower sets take two or four registers.
inline constexpr int kCpuPaths = kCpuTilePaths;

// Schedules moved together: enough to share the loads of a block's variates, few enough to leave registers free.
template <class D>
inline constexpr int kCpuSchedules = D::kVariates <= 4 ? 8 : 4;

// Moves K of a tile's schedules through a slab. The states are copied, so that the compiler sees that nothing else
// points at them.
template <class D, int K>
void move_group(const EnsembleArguments& a, typename D::template State<kCpuPaths>* states,
                const typename D::template Paths<kCpuPaths>& paths, int first_schedule, const Slab& slab,
                const float* z) {
  typename D::template State<kCpuPaths> moving[K];
  const typename D::Coefficients* coefficients[K];
  for (int k = 0; k < K; ++k) {
    moving[k] = states[k];
    coefficients[k] = static_cast<const typename D::Coefficients*>(a.coefficients) +
                      static_cast<std::int64_t>(first_schedule + k) * a.block_count + slab.first;
  }
  step_slab<D, K, kCpuPaths, kCpuPaths>(a, moving, paths, coefficients, slab.count, z, 0);
  for (int k = 0; k < K; ++k) states[k] = moving[k];
}

// Puts a tile's states where its run begins: at the start, or where the run before has left them, every `stride`-th.
template <class D>
void begin_states(const EnsembleArguments& a, const typename D::template State<kCpuPaths>* kept, std::int64_t stride,
                  typename D::template State<kCpuPaths>* states, int count) {
  for (int s = 0; s < count; ++s) {
    if (a.first_block > 0)
      states[s] = kept[s * stride];
    else
      D::start(states[s]);
  }
}

// Simulates tile number `tile`, paths fastest, of `width` schedules each.
template <class D>
void run_cpu_tile(const EnsembleArguments& a, int width, std::int64_t tile) {
  constexpr int P = kCpuPaths, K = kCpuSchedules<D>;
  const std::int64_t across = (a.paths + P - 1) / P;
  const std::int64_t first_path = tile % across * P;
  const int first_schedule = static_cast<int>(tile / across) * width;
  const int schedules = a.schedules - first_schedule < width ? a.schedules - first_schedule : width;

  typename D::template Paths<P> paths;
  for (int lane = 0; lane < P; ++lane)
    D::load(a, a.first_path + static_cast<std::uint64_t>(first_path + lane), lane, paths);
  typename D::template State<P> states[kMostCpuSchedules];
  auto* kept = static_cast<typename D::template State<P>*>(a.states);
  if (kept != nullptr) kept += first_schedule * across + tile % across;
  begin_states<D>(a, kept, across, states, schedules);

  float z[kSlabBlocks * D::kVariates * P];
  const int last_block = longest_run(a, first_schedule, schedules);
  int block = a.first_block < last_block ? a.first_block : last_block;
  for (int number = 0; number < a.records; ++number) {
    const int until = recorded_after(a, number, last_block);
    while (block < until) {
      const Slab slab = slab_from(block, until);
      draw_slab<D, P, 1>(a, a.first_path + static_cast<std::uint64_t>(first_path), slab, 0, 1, 0, z);
      int s = 0;
      for (; s + K <= schedules; s += K) move_group<D, K>(a, states + s, paths, first_schedule + s, slab, z);
      for (; s < schedules; ++s) move_group<D, 1>(a, states + s, paths, first_schedule + s, slab, z);
      if (a.weights != nullptr)
        for (s = 0; s < schedules; ++s) project_slab<D, P, P>(a, first_path, first_schedule + s, slab, z, 0);
      block += slab.count;
    }
    for (int s = 0; s < schedules; ++s) record<D>(a, first_path, first_schedule + s, number, states[s]);
  }
  if (kept != nullptr)
    for (int s = 0; s < schedules; ++s) kept[s * across] = states[s];
}

template <class D>
CpuEnsemble cpu_ensemble_of() {
  return {&run_cpu_tile<D>, sizeof(typename D::template State<kCpuPaths>)};
}

template <class Spec, Scheme scheme>
CpuEnsemble choose_cpu_ensemble(KernelChoice::Spikes spikes) {
  // A CPU's fast mathematics is the reproducible one.
  return spikes == KernelChoice::Spikes::on ? cpu_ensemble_of<SpikedDynamics<Spec, scheme, ReproducibleMath>>()
                                            : cpu_ensemble_of<CalmDynamics<Spec, scheme, ReproducibleMath>>();
}

template <class Spec>
CpuEnsemble make_cpu_ensemble(const KernelChoice& choice) {
  return choice.scheme == Scheme::euler ? choose_cpu_ensemble<Spec, Scheme::euler>(choice.spikes)
                                        : choose_cpu_ensemble<Spec, Scheme::exact_moments>(choice.spikes);
}

}  // namespace losscast::inline LOSSCAST_ISA
