// Memory of a GPU, and host memory that it copies from and to at full speed. Both grow and keep what they have; freeing
// never throws, as it may happen after a GPU has failed.
#pragma once

#include <cstddef>

#include "kernels/cuda_check.hpp"

namespace losscast {

class DeviceMemory {
 public:
  DeviceMemory() = default;
  ~DeviceMemory() { cudaFree(data_); }
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;

  // Returns memory of at least so many bytes; its contents are lost when it grows.
  void* at_least(std::size_t bytes) {
    if (bytes <= bytes_) return data_;
    cudaFree(data_);
    data_ = nullptr;
    bytes_ = 0;
    check_cuda(cudaMalloc(&data_, bytes), "allocating GPU memory");
    bytes_ = bytes;
    return data_;
  }

  // The same, with a copy of `count` values queued on a stream.
  template <class T>
  const T* copy_of(const T* host, std::size_t count, cudaStream_t stream) {
    void* device = at_least(count * sizeof(T));
    check_cuda(cudaMemcpyAsync(device, host, count * sizeof(T), cudaMemcpyHostToDevice, stream), "copying to the GPU");
    return static_cast<const T*>(device);
  }

 private:
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

class PinnedMemory {
 public:
  PinnedMemory() = default;
  ~PinnedMemory() { cudaFreeHost(data_); }
  PinnedMemory(const PinnedMemory&) = delete;
  PinnedMemory& operator=(const PinnedMemory&) = delete;

  void* at_least(std::size_t bytes) {
    if (bytes <= bytes_) return data_;
    cudaFreeHost(data_);
    data_ = nullptr;
    bytes_ = 0;
    check_cuda(cudaMallocHost(&data_, bytes), "allocating host memory for copies to the GPU");
    bytes_ = bytes;
    return data_;
  }
  void* get() const { return data_; }
  std::size_t bytes() const { return bytes_; }

 private:
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace losscast
