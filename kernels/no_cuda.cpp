// Stands in for the CUDA backend in a build without nvcc.
#include "kernels/ensemble.hpp"
#include "losscast/base/error.hpp"

namespace losscast {

CudaDevices cuda_devices() {
  CudaDevices none;
  none.problem = "this build has no CUDA backend";
  return none;
}

std::unique_ptr<EnsembleWorker> make_cuda_worker(int, std::string_view, const KernelChoice&, int) {
  throw DeviceError("no CUDA backend", "this build was configured without nvcc", "rebuild with -DLOSSCAST_CUDA=ON");
}

}  // namespace losscast
