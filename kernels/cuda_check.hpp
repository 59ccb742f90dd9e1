// Turns CUDA's error codes into exceptions.
#pragma once

#include <cuda_runtime_api.h>

#include <string>

#include "losscast/base/error.hpp"

namespace losscast {

// Throws DeviceError if `status` is a failure, and clears the runtime's last error so that a later call may succeed.
inline void check_cuda(cudaError_t status, const char* doing) {
  if (status == cudaSuccess) return;
  cudaGetLastError();
  throw DeviceError(std::string(doing) + " failed: " + cudaGetErrorString(status), "the GPU gave no result",
                    "try again, or run with --backend cpu");
}

}  // namespace losscast
