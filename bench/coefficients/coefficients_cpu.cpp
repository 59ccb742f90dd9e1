// Compiled once per instruction set.
#include "bench/coefficients/coefficients_cpu.hpp"

#include "bench/coefficients/tabled_river_hills.hpp"
#include "kernels/ensemble_cpu.hpp"
#include "losscast/model/adamw.hpp"

namespace losscast::inline LOSSCAST_ISA {

void fill_drives(const Block<float>& block, const LrResponse<float>* responses, int draws, float* drives) {
  float *dtau = drives, *river = drives + draws, *level = drives + 2 * draws, *change = drives + 3 * draws;
  for (int d = 0; d < draws; ++d) {
    const Drive<float> driven = drive<AdamW, ReproducibleMath>(block, responses[d]);
    dtau[d] = driven.dtau;
    river[d] = driven.river;
    level[d] = driven.level;
    change[d] = driven.level_change;
  }
}

template <Scheme scheme>
bench::Ways ways_of() {
  return {{&run_cpu_tile<CalmDynamics<AdamW, scheme, ReproducibleMath>>},
          {&run_cpu_tile<TabledRiverHills<AdamW, scheme, ReproducibleMath>>},
          &fill_drives};
}

bench::Ways ways(Scheme scheme) {
  return scheme == Scheme::euler ? ways_of<Scheme::euler>() : ways_of<Scheme::exact_moments>();
}

}  // namespace losscast::inline LOSSCAST_ISA
