// The CUDA twin of std::sort: CUB sorts each segment within a thread block.
#include <thrust/iterator/counting_iterator.h>
#include <thrust/iterator/transform_iterator.h>

#include <algorithm>
#include <cub/device/device_segmented_sort.cuh>

#include "kernels/sort_cuda.hpp"
#include "kernels/sort_key.hpp"

namespace losscast {
namespace {

__global__ void make_sort_keys(float* values, std::int64_t count, float largest) {
  const std::int64_t threads = std::int64_t{gridDim.x} * blockDim.x;
  for (std::int64_t i = std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x; i < count; i += threads)
    values[i] = sort_key(values[i], largest);
}

struct SegmentBegin {
  std::int64_t length;
  __host__ __device__ std::int64_t operator()(std::int64_t segment) const { return segment * length; }
};

}  // namespace

float* sort_segments(const CudaSegments& segmented, float largest, DeviceMemory& scratch, cudaStream_t stream) {
  constexpr unsigned kThreads = 256;
  constexpr std::int64_t kMostBlocks = 65536;  // enough to fill any GPU; each goes on with what is left
  const std::int64_t count = segmented.segments * segmented.length;
  const auto blocks = static_cast<unsigned>(std::min((count + kThreads - 1) / kThreads, kMostBlocks));
  make_sort_keys<<<blocks, kThreads, 0, stream>>>(segmented.values, count, largest);
  check_cuda(cudaGetLastError(), "launching the kernel of sort keys");

  const auto begin =
      thrust::make_transform_iterator(thrust::counting_iterator<std::int64_t>(0), SegmentBegin{segmented.length});
  cub::DoubleBuffer<float> buffers(segmented.values, segmented.spare);
  std::size_t bytes = 0;
  const auto sort = [&](void* storage) {
    check_cuda(cub::DeviceSegmentedSort::SortKeys(storage, bytes, buffers, count, segmented.segments, begin, begin + 1,
                                                  stream),
               "sorting on the GPU");
  };
  sort(nullptr);  // says how much it needs
  sort(scratch.at_least(std::max<std::size_t>(bytes, 1)));
  return buffers.Current();
}

}  // namespace losscast
