// The elementary benchmarks on the CPU, as one instruction set's code has them.
#pragma once

#include "bench/elementary/elementary.hpp"

namespace losscast::bench {

struct ElementaryKernels {
  CpuEnsemble linear, hill, demo;
  float (*normal_sum)(std::uint64_t first_path, std::int64_t count);
};

}  // namespace losscast::bench

// What elementary_cpu.cpp defines, for one instruction set.
namespace losscast {

inline namespace generic {
bench::ElementaryKernels elementary_kernels();
}
#if defined(__x86_64__)
namespace avx2 {
bench::ElementaryKernels elementary_kernels();
}
namespace avx512 {
bench::ElementaryKernels elementary_kernels();
}
#endif

}  // namespace losscast
