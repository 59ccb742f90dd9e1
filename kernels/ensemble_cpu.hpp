// The CPU twin of ensemble_cuda.cuh: maps a tile's number to its paths and schedules. Included only by the translation
// units of one instruction set each, so it must not instantiate anything of the standard library: the linker would
// keep one copy for all.
#pragma once

#include "ensemble.hpp"
#include "ensemble_tile.hpp"

namespace losscast::inline LOSSCAST_ISA {

// One AVX-512 register holds 16 lanes; narrower sets take two or four registers for the same tile. Four schedules
// share each increment: their states, the paths' constants and the normals still fit the first-level cache.
inline constexpr TileShape kCpuTile{16, 4};

template <class Spec>
void run_cpu_tile(const EnsembleArguments& arguments, Scheme scheme, std::int64_t tile) {
  const std::int64_t across = (arguments.paths + kCpuTile.paths - 1) / kCpuTile.paths;
  const std::int64_t first_path = tile % across * kCpuTile.paths;
  const int first_schedule = static_cast<int>(tile / across) * kCpuTile.schedules;
  if (scheme == Scheme::euler) {
    simulate_tile<Spec, Scheme::euler, kCpuTile.schedules, kCpuTile.paths>(arguments, first_path, first_schedule);
  } else {
    simulate_tile<Spec, Scheme::exact_moments, kCpuTile.schedules, kCpuTile.paths>(arguments, first_path,
                                                                                   first_schedule);
  }
}

template <class Spec>
CpuEnsemble make_cpu_ensemble() {
  return {kCpuTile, &run_cpu_tile<Spec>};
}

}  // namespace losscast::inline LOSSCAST_ISA
