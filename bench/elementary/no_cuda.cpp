// Stands in for the GPU in a build without nvcc.
#include "bench/elementary/elementary.hpp"
#include "losscast/base/error.hpp"

namespace losscast::bench {
namespace {

[[noreturn]] void fail() {
  throw DeviceError("no CUDA backend", "this build was configured without nvcc", "rebuild with -DLOSSCAST_CUDA=ON");
}

}  // namespace

int multiprocessors_of_gpu() { fail(); }
double run_elementary_on_gpu(Sde, MathMode, const EnsembleArguments&) { fail(); }
GpuRun sum_normals_on_gpu(MathMode, std::int64_t) { fail(); }

}  // namespace losscast::bench
