// Stands in for the CUDA backend in a build without nvcc.
#include "ensemble.hpp"
#include "losscast/error.hpp"

namespace losscast {

CudaDevice cuda_device() { return {false, "", "this build has no CUDA backend"}; }

void run_cuda_ensemble(std::string_view, const EnsembleArguments&, Scheme) {
  throw DeviceError("no CUDA backend (this build was configured without nvcc) rebuild with -DLOSSCAST_CUDA=ON");
}

}  // namespace losscast
