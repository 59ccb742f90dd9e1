// The one place that turns CUDA's error codes into exceptions, and owns device memory.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <string>

#include "losscast/error.hpp"

namespace losscast {

// Throws DeviceError if `status` is a failure, and clears the runtime's sticky error so that a later call may succeed.
inline void check_cuda(cudaError_t status, const char* doing) {
  if (status == cudaSuccess) return;
  cudaGetLastError();
  throw DeviceError(std::string(doing) + " failed: " + cudaGetErrorString(status) +
                    " (the GPU gave no result) try again, or run with --backend cpu");
}

// An array in device memory. Freeing it never throws.
template <class T>
class DeviceArray {
 public:
  explicit DeviceArray(std::size_t count) : count_(count) {
    if (count_ > 0) check_cuda(cudaMalloc(&data_, bytes()), "allocating GPU memory");
  }
  DeviceArray(const T* host, std::size_t count) : DeviceArray(count) {
    if (count_ > 0) check_cuda(cudaMemcpy(data_, host, bytes(), cudaMemcpyHostToDevice), "copying to the GPU");
  }
  ~DeviceArray() { cudaFree(data_); }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;

  T* get() const { return data_; }
  void copy_to(T* host) const {
    if (count_ > 0) check_cuda(cudaMemcpy(host, data_, bytes(), cudaMemcpyDeviceToHost), "copying from the GPU");
  }

 private:
  std::size_t bytes() const { return count_ * sizeof(T); }
  T* data_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace losscast
