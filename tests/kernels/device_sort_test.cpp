// The GPU sorts to the bytes of the CPU.
#include <gtest/gtest.h>

#include "kernels/ensemble.hpp"
#include "kernels/sort_cpu.hpp"
#include "kernels/sort_cuda.hpp"
#include "tests/kernels/awkward_values.hpp"
#include "tests/kernels/bytes.hpp"

namespace losscast::test {
namespace {

struct Shape {
  std::size_t segments, length;
};

std::vector<float> sorted_on_cpu(std::vector<float> values, const Shape& shape) {
  for (std::size_t s = 0; s < shape.segments; ++s)
    sort_by_key(std::span(values).subspan(s * shape.length, shape.length), kLargestLoss);
  return values;
}

std::vector<float> sorted_on_gpu(const std::vector<float>& values, const Shape& shape, DeviceMemory& scratch) {
  const std::size_t bytes = values.size() * sizeof(float);
  DeviceMemory held, spare;
  const CudaSegments segmented{static_cast<float*>(held.at_least(bytes)), static_cast<float*>(spare.at_least(bytes)),
                               static_cast<std::int64_t>(shape.segments), static_cast<std::int64_t>(shape.length)};
  cudaStream_t stream = nullptr;
  check_cuda(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "opening a stream");
  check_cuda(cudaMemcpyAsync(segmented.values, values.data(), bytes, cudaMemcpyHostToDevice, stream), "copying there");
  const float* sorted = sort_segments(segmented, kLargestLoss, scratch, stream);
  std::vector<float> out(values.size());
  check_cuda(cudaMemcpyAsync(out.data(), sorted, bytes, cudaMemcpyDeviceToHost, stream), "copying back");
  check_cuda(cudaStreamSynchronize(stream), "sorting");
  check_cuda(cudaStreamDestroy(stream), "closing the stream");
  return out;
}

// Every way that CUB has. Up to 500 segments are sorted by a block each; of more, those of up to 18 values by two
// threads each, those of up to 112 by half a warp, and longer ones by a block. A block holds 5888 values, and takes
// more of them in turns. (Other architectures draw these lines a little lower or higher.)
constexpr Shape kShapes[] = {{1, 1},     {3, 2},       {501, 1},    {5, 31},    {700, 33},   {501, 100},
                             {40, 1000}, {1, 100'000}, {4, 30'000}, {501, 300}, {501, 5900}, {20'000, 3}};

TEST(DeviceSort, GivesTheBytesOfTheCpuForAwkwardValues) {
  if (const CudaDevices gpus = cuda_devices(); gpus.count == 0)
    GTEST_SKIP() << "SKIPPED: no GPU to sort on (" << gpus.problem << ")";
  DeviceMemory scratch;  // used again, as a worker does
  for (const Shape& shape : kShapes) {
    const std::vector<float> values = awkward_values(shape.segments * shape.length, shape.length);
    EXPECT_TRUE(same_bytes(sorted_on_gpu(values, shape, scratch), sorted_on_cpu(values, shape)))
        << shape.segments << " x " << shape.length;
  }
}

}  // namespace
}  // namespace losscast::test
