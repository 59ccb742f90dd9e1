// The two ways for model `adamw`, as one instruction set's code has them.
#pragma once

#include "kernels/ensemble.hpp"
#include "losscast/model/coefficients.hpp"

namespace losscast::bench {

struct Ways {
  CpuEnsemble computed, tabled;
  // One block's table: [dtau, river, level, level_change][draws].
  void (*fill)(const Block<float>& block, const LrResponse<float>* responses, int draws, float* drives);
};

}  // namespace losscast::bench

// What coefficients_cpu.cpp defines, for one instruction set.
namespace losscast {

inline namespace generic {
bench::Ways ways(Scheme);
}
#if defined(__x86_64__)
namespace avx2 {
bench::Ways ways(Scheme);
}
namespace avx512 {
bench::Ways ways(Scheme);
}
#endif

}  // namespace losscast
