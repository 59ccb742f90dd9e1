// The CUDA twin of ensemble_cpu.hpp: launches grids of the blocks of cuda_tile.hpp.
#pragma once

#include "kernels/cuda_check.hpp"
#include "kernels/cuda_shape.hpp"
#include "kernels/cuda_tile.hpp"
#include "kernels/ensemble.hpp"

namespace losscast {

// Blocks that must fit on a multiprocessor, from which the compiler takes its limit of registers: with three, the wide
// shape of a model has 168, which hold all its states and what a block takes; with four it would spill some.
template <class D, int K>
inline constexpr int kLeastBlocks = K == 4 ? 3 : 0;  // 0: no demand

struct BlockBarrier {
  LOSSCAST_HD void operator()() const {
#ifdef __CUDA_ARCH__
    __syncthreads();
#endif
  }
};

// Grid: x over paths, y over schedules; the host cuts requests so that y stays below its limit of 65,535.
template <class D, int K, int P>
__global__ void __launch_bounds__(kWarp* kMostWarps, kLeastBlocks<D, K>) ensemble_kernel(const EnsembleArguments a) {
  using Tile = CudaTile<D, K, P>;
  extern __shared__ __align__(16) unsigned char shared[];
  const auto at = Tile::place(static_cast<int>(blockIdx.x), static_cast<int>(blockIdx.y), static_cast<int>(threadIdx.x),
                              static_cast<int>(blockDim.x) / kWarp, shared);
  Tile::run(a, at, BlockBarrier{});
}

template <class D, int K, int P>
void launch_tile(const EnsembleArguments& a, int warps, cudaStream_t stream) {
  using Tile = CudaTile<D, K, P>;
  const dim3 grid(static_cast<unsigned>((a.paths + Tile::kLanes - 1) / Tile::kLanes),
                  static_cast<unsigned>((a.schedules + warps * K - 1) / (warps * K)));
  ensemble_kernel<D, K, P><<<grid, static_cast<unsigned>(warps * kWarp), Tile::shared_bytes(warps), stream>>>(a);
  check_cuda(cudaGetLastError(), "launching the ensemble kernel");
}

template <class D>
void launch_dynamics(const EnsembleArguments& a, int multiprocessors, cudaStream_t stream) {
  constexpr CudaShape wide = kWide<D>, narrow = kNarrow<D>;
  const CudaShape shape = choose_cuda_shape(wide, narrow, a.schedules, a.paths, multiprocessors);
  if constexpr (wide.schedules_per_thread > 1) {
    if (shape.schedules_per_thread > 1)
      return launch_tile<D, wide.schedules_per_thread, wide.paths_per_thread>(a, shape.warps, stream);
  }
  launch_tile<D, 1, 1>(a, shape.warps, stream);
}

template <class Spec, Scheme scheme, class Math>
void launch_choice(KernelChoice::Spikes spikes, const EnsembleArguments& a, int multiprocessors, cudaStream_t stream) {
  if (spikes == KernelChoice::Spikes::on) {
    // Spikes are rare requests: one shape is enough.
    launch_tile<SpikedDynamics<Spec, scheme, Math>, 1, 1>(a, kMostWarps, stream);
  } else {
    launch_dynamics<CalmDynamics<Spec, scheme, Math>>(a, multiprocessors, stream);
  }
}

template <class Spec>
void launch_ensemble(const KernelChoice& choice, const EnsembleArguments& a, int multiprocessors, cudaStream_t stream) {
  const bool euler = choice.scheme == Scheme::euler;
  if (choice.math == MathMode::fast) {
    euler ? launch_choice<Spec, Scheme::euler, FastMath>(choice.spikes, a, multiprocessors, stream)
          : launch_choice<Spec, Scheme::exact_moments, FastMath>(choice.spikes, a, multiprocessors, stream);
  } else {
    euler ? launch_choice<Spec, Scheme::euler, ReproducibleMath>(choice.spikes, a, multiprocessors, stream)
          : launch_choice<Spec, Scheme::exact_moments, ReproducibleMath>(choice.spikes, a, multiprocessors, stream);
  }
}

}  // namespace losscast
