// Chooses the instruction set's copy of elementary_cpu.cpp.
#include "bench/elementary/elementary_kernels.hpp"

namespace losscast::bench {
namespace {

ElementaryKernels kernels_for(Isa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case Isa::avx512:
      return avx512::elementary_kernels();
    case Isa::avx2:
      return avx2::elementary_kernels();
#endif
    default:
      return generic::elementary_kernels();
  }
}

}  // namespace

CpuEnsemble elementary_tile(Sde sde, Isa isa) {
  const ElementaryKernels kernels = kernels_for(isa);
  switch (sde) {
    case Sde::linear:
      return kernels.linear;
    case Sde::hill:
      return kernels.hill;
    case Sde::demo:
      break;
  }
  return kernels.demo;
}

float sum_of_normals(Isa isa, std::uint64_t first_path, std::int64_t count) {
  return kernels_for(isa).normal_sum(first_path, count);
}

}  // namespace losscast::bench
