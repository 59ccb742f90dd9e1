// Compiled once per instruction set.
#include "bench/elementary/elementary_kernels.hpp"
#include "bench/elementary/elementary_sde.hpp"
#include "kernels/ensemble_cpu.hpp"

namespace losscast::inline LOSSCAST_ISA {

float normal_sum(std::uint64_t first_path, std::int64_t count) {
  using D = ElementarySde<ReproducibleMath>;
  constexpr int kPaths = kCpuPaths, kNormals = D::kVariates * kPaths;
  EnsembleArguments a;
  a.seed = 1;
  float sum[kNormals] = {};
  for (std::int64_t step = 0; step * kNormals < count; ++step) {
    float z[kNormals];
    draw_variates<D, kPaths, 1>(a, first_path, static_cast<std::uint32_t>(step), 0, z);
    for (int i = 0; i < kNormals; ++i) sum[i] += z[i];
  }
  float total = 0;
  for (const float one : sum) total += one;
  return total;
}

bench::ElementaryKernels elementary_kernels() {
  return {{&run_cpu_tile<LinearMode<ReproducibleMath>>},
          {&run_cpu_tile<SquareRootHill<ReproducibleMath>>},
          {&run_cpu_tile<DemoSde<ReproducibleMath>>},
          &normal_sum};
}

}  // namespace losscast::inline LOSSCAST_ISA
