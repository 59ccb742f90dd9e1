// The CUDA twin of ensemble_cpu.hpp: a thread is a tile of one path under K schedules.
#pragma once

#include "cuda_check.cuh"
#include "ensemble.hpp"
#include "ensemble_tile.hpp"

namespace losscast {

inline constexpr int kThreadsPerBlock = 128;

// Schedules that share a thread's increments: as many as keep its states in registers.
template <class Spec>
inline constexpr int kSchedulesPerThread = Spec::kHills <= 8    ? 4
                                           : Spec::kHills <= 16 ? 2
                                                                : 1;

// Grid: x over paths, y over groups of schedules. The y dimension ends at 65,535, hence the stride.
template <class Spec, Scheme scheme>
__global__ void __launch_bounds__(kThreadsPerBlock) ensemble_kernel(const EnsembleArguments arguments) {
  constexpr int K = kSchedulesPerThread<Spec>;
  const std::int64_t path = static_cast<std::int64_t>(blockIdx.x) * kThreadsPerBlock + threadIdx.x;
  if (path >= arguments.paths) return;
  for (int first = static_cast<int>(blockIdx.y) * K; first < arguments.schedules;
       first += static_cast<int>(gridDim.y) * K)
    simulate_tile<Spec, scheme, K, 1>(arguments, path, first);
}

template <class Spec>
void launch_ensemble(const EnsembleArguments& arguments, Scheme scheme) {
  constexpr int K = kSchedulesPerThread<Spec>;
  const auto across = static_cast<unsigned>((arguments.paths + kThreadsPerBlock - 1) / kThreadsPerBlock);
  const auto groups = static_cast<unsigned>((arguments.schedules + K - 1) / K);
  const dim3 grid(across, groups < 65535u ? groups : 65535u);
  if (scheme == Scheme::euler) {
    ensemble_kernel<Spec, Scheme::euler><<<grid, kThreadsPerBlock>>>(arguments);
  } else {
    ensemble_kernel<Spec, Scheme::exact_moments><<<grid, kThreadsPerBlock>>>(arguments);
  }
  check_cuda(cudaGetLastError(), "launching the ensemble kernel");
}

}  // namespace losscast
