// Sorting many short runs of values on a GPU.
#pragma once

#include <cstdint>

#include "kernels/cuda_memory.hpp"

namespace losscast {

// [segments][length] in memory of the current GPU, and as much again, which the sort takes turns with.
struct CudaSegments {
  float* values;
  float* spare;
  std::int64_t segments, length;
};

// Queues on a stream: every value by its sort_key(), the segments each ascending. Returns where that will be: `values`
// or `spare`. `scratch` grows as needed; it may be used again once the stream is through. Throws DeviceError if a
// launch fails or memory does not suffice.
float* sort_segments(const CudaSegments& segmented, float largest, DeviceMemory& scratch, cudaStream_t stream);

}  // namespace losscast
