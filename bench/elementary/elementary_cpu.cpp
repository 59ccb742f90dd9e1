// Compiled once per instruction set.
#include "elementary_sde.hpp"
#include "ensemble_cpu.hpp"

namespace losscast::inline LOSSCAST_ISA {

CpuEnsemble::RunTile* linear_tile() { return &run_cpu_tile<LinearMode<ReproducibleMath>>; }
CpuEnsemble::RunTile* hill_tile() { return &run_cpu_tile<SquareRootHill<ReproducibleMath>>; }

float normal_sum(std::uint64_t first_path, std::int64_t count) {
  constexpr int kPaths = 64;
  float sum[kPaths] = {};
  for (std::int64_t step = 0; step * kPaths * 4 < count; ++step)
    for (int i = 0; i < kPaths; ++i) {
      float four[4];
      normals4(random_bits(1, Stream::noise, first_path + static_cast<std::uint64_t>(i),
                           static_cast<std::uint32_t>(step), 0),
               four);
      sum[i] += (four[0] + four[1]) + (four[2] + four[3]);
    }
  float total = 0;
  for (const float one : sum) total += one;
  return total;
}

}  // namespace losscast::inline LOSSCAST_ISA
