// The elementary SDEs on a GPU, and normal variates alone.
#include "bench/elementary/elementary.hpp"
#include "bench/elementary/elementary_sde.hpp"
#include "kernels/cuda_memory.hpp"
#include "kernels/ensemble_cuda.cuh"

namespace losscast::bench {
namespace {

// Schedules a thread and paths a thread: what the registers of a thread hold.
constexpr int kLinearSchedules = 16, kHillSchedules = 8, kPaths = 4;

// Seconds that `work` keeps the default stream busy.
template <class Work>
double seconds_on_gpu(const Work& work) {
  cudaEvent_t begin, end;
  check_cuda(cudaEventCreate(&begin), "making an event");
  check_cuda(cudaEventCreate(&end), "making an event");
  check_cuda(cudaEventRecord(begin), "recording an event");
  work();
  check_cuda(cudaEventRecord(end), "recording an event");
  check_cuda(cudaEventSynchronize(end), "running a benchmark's kernel");
  float milliseconds = 0;
  check_cuda(cudaEventElapsedTime(&milliseconds, begin, end), "reading the GPU's clock");
  cudaEventDestroy(begin);
  cudaEventDestroy(end);
  return milliseconds * 1e-3;
}

template <class Math>
void launch_elementary(Sde sde, const EnsembleArguments& a) {
  if (sde == Sde::linear) return launch_tile<LinearMode<Math>, kLinearSchedules, kPaths>(a, kMostWarps, nullptr);
  launch_tile<SquareRootHill<Math>, kHillSchedules, kPaths>(a, kMostWarps, nullptr);
}

// Four sums a thread, so that no addition waits for another.
template <class Math>
__global__ void normals_kernel(std::int64_t steps, double* total) {
  const std::uint64_t path = static_cast<std::uint64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  float sum[4] = {};
  LOSSCAST_KEEP_LOOP
  for (std::int64_t step = 0; step < steps; ++step) {
    float four[4];
    normals4<Math>(random_bits(1, Stream::noise, path, static_cast<std::uint32_t>(step), 0), four);
    LOSSCAST_UNROLL
    for (int i = 0; i < 4; ++i) sum[i] += four[i];
  }
  atomicAdd(total, static_cast<double>((sum[0] + sum[1]) + (sum[2] + sum[3])));
}

}  // namespace

int multiprocessors_of_gpu() {
  int device = 0, count = 0;
  check_cuda(cudaGetDevice(&device), "choosing the GPU");
  check_cuda(cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, device), "reading the GPU's properties");
  return count;
}

double run_elementary_on_gpu(Sde sde, MathMode math, const EnsembleArguments& host) {
  const auto size = [](auto count) { return static_cast<std::size_t>(count); };
  DeviceMemory rows, begin, last, records, values;
  const std::size_t count = size(host.schedules) * size(host.records) * size(host.paths);
  EnsembleArguments device = host;
  device.coefficients = rows.copy_of(static_cast<const ElementaryRow*>(host.coefficients),
                                     size(host.schedules) * size(host.block_count), nullptr);
  device.block_begin = begin.copy_of(host.block_begin, size(host.block_count), nullptr);
  device.last_block = last.copy_of(host.last_block, size(host.schedules), nullptr);
  device.record_after = records.copy_of(host.record_after, size(host.records), nullptr);
  device.values = static_cast<float*>(values.at_least(count * sizeof(float)));
  const double seconds = seconds_on_gpu([&] {
    math == MathMode::fast ? launch_elementary<FastMath>(sde, device)
                           : launch_elementary<ReproducibleMath>(sde, device);
  });
  check_cuda(cudaMemcpy(host.values, device.values, count * sizeof(float), cudaMemcpyDeviceToHost),
             "copying from the GPU");
  return seconds;
}

GpuRun sum_normals_on_gpu(MathMode math, std::int64_t count) {
  constexpr int kThreads = 256;
  const int blocks = 16 * multiprocessors_of_gpu();
  const std::int64_t steps = count / (std::int64_t{kThreads} * blocks * 4);
  DeviceMemory total;
  auto* sum = static_cast<double*>(total.at_least(sizeof(double)));
  check_cuda(cudaMemset(sum, 0, sizeof(double)), "clearing GPU memory");
  GpuRun out{};
  out.seconds = seconds_on_gpu([&] {
    if (math == MathMode::fast) {
      normals_kernel<FastMath><<<blocks, kThreads>>>(steps, sum);
    } else {
      normals_kernel<ReproducibleMath><<<blocks, kThreads>>>(steps, sum);
    }
    check_cuda(cudaGetLastError(), "launching the kernel of normal variates");
  });
  check_cuda(cudaMemcpy(&out.sum, sum, sizeof(double), cudaMemcpyDeviceToHost), "copying from the GPU");
  return out;
}

}  // namespace losscast::bench
