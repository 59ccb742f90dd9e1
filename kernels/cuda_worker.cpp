// Workers on the GPUs of this machine.
#include "kernels/cuda_check.hpp"
#include "kernels/cuda_launch.hpp"
#include "kernels/cuda_memory.hpp"
#include "kernels/ensemble.hpp"
#include "kernels/sort_cuda.hpp"

namespace losscast {
namespace {

void use(int device) { check_cuda(cudaSetDevice(device), "choosing the GPU"); }

int attribute(cudaDeviceAttr which, int device) {
  int value = 0;
  check_cuda(cudaDeviceGetAttribute(&value, which, device), "reading the GPU's properties");
  return value;
}

class CudaWorker final : public EnsembleWorker {
 public:
  CudaWorker(int device, CudaLaunch* launch, const KernelChoice& choice, int multiprocessors)
      : device_(device),
        multiprocessors_(multiprocessors),
        launch_(launch),
        choice_(choice),
        row_bytes_(choice.spikes == KernelChoice::Spikes::on ? sizeof(SpikedBlockRow) : sizeof(BlockRow)) {
    use(device_);
    if (multiprocessors_ == 0) multiprocessors_ = attribute(cudaDevAttrMultiProcessorCount, device_);
    check_cuda(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "opening a stream on the GPU");
  }
  ~CudaWorker() override { cudaStreamDestroy(stream_); }

  std::byte* tables(std::size_t bytes) override {
    use(device_);
    return static_cast<std::byte*>(tables_.at_least(bytes));
  }

  float* values(std::size_t count) override {
    use(device_);
    return static_cast<float*>(values_.at_least(count * sizeof(float)));
  }

  void run(const EnsembleArguments& host) override {
    use(device_);  // the calling thread may be another one each time
    const auto size = [](auto count) { return static_cast<std::size_t>(count); };
    const std::size_t values = size(host.schedules) * size(host.records) * size(host.paths);
    EnsembleArguments device = host;
    device.coefficients = rows_on_gpu_.copy_of(static_cast<const std::byte*>(host.coefficients),
                                               size(host.schedules) * size(host.block_count) * row_bytes_, stream_);
    device.block_begin = begin_on_gpu_.copy_of(host.block_begin, size(host.block_count), stream_);
    device.last_block = last_on_gpu_.copy_of(host.last_block, size(host.schedules), stream_);
    device.record_after = records_on_gpu_.copy_of(host.record_after, size(host.records), stream_);
    device.constants =
        constants_on_gpu_.copy_of(host.constants, size(host.draws) * size(host.constants_stride), stream_);
    device.values = static_cast<float*>(values_on_gpu_.at_least(values * sizeof(float)));
    if (host.halves != nullptr) device.halves = halves_on_gpu_.copy_of(host.halves, size(host.block_count), stream_);
    const std::size_t projections = host.weights != nullptr ? size(host.schedules) * size(host.paths) : 0;
    if (projections > 0) {
      device.weights = weights_on_gpu_.copy_of(
          host.weights, size(host.schedules) * size(host.block_count) * size(host.variates), stream_);
      device.projections = static_cast<float*>(projections_on_gpu_.at_least(projections * sizeof(float)));
    }
    launch_(choice_, device, multiprocessors_, stream_);
    check_cuda(cudaMemcpyAsync(host.values, device.values, values * sizeof(float), cudaMemcpyDeviceToHost, stream_),
               "copying from the GPU");
    if (projections > 0)
      check_cuda(cudaMemcpyAsync(host.projections, device.projections, projections * sizeof(float),
                                 cudaMemcpyDeviceToHost, stream_),
                 "copying from the GPU");
    check_cuda(cudaStreamSynchronize(stream_), "running the ensemble kernel");
  }

  // Of the copy on the GPU, which run() has left there.
  void sort(std::size_t segments, std::size_t length, float largest) override {
    use(device_);
    const std::size_t bytes = segments * length * sizeof(float);
    const CudaSegments segmented{static_cast<float*>(values_on_gpu_.at_least(bytes)),
                                 static_cast<float*>(spare_on_gpu_.at_least(bytes)),
                                 static_cast<std::int64_t>(segments), static_cast<std::int64_t>(length)};
    const float* sorted = sort_segments(segmented, largest, sort_scratch_, stream_);
    check_cuda(cudaMemcpyAsync(values_.get(), sorted, bytes, cudaMemcpyDeviceToHost, stream_), "copying from the GPU");
    check_cuda(cudaStreamSynchronize(stream_), "sorting on the GPU");
  }

 private:
  int device_;
  int multiprocessors_;
  CudaLaunch* launch_;
  KernelChoice choice_;
  std::size_t row_bytes_;
  cudaStream_t stream_ = nullptr;
  PinnedMemory tables_, values_;
  DeviceMemory rows_on_gpu_, begin_on_gpu_, last_on_gpu_, records_on_gpu_, constants_on_gpu_, values_on_gpu_;
  DeviceMemory halves_on_gpu_, weights_on_gpu_, projections_on_gpu_;
  DeviceMemory spare_on_gpu_, sort_scratch_;
};

}  // namespace

CudaDevices cuda_devices() {
  CudaDevices found;
  const cudaError_t status = cudaGetDeviceCount(&found.count);
  cudaGetLastError();
  if (status != cudaSuccess || found.count == 0) {
    found.count = 0;
    found.problem = status != cudaSuccess ? cudaGetErrorString(status) : "the driver lists no GPU";
    return found;
  }
  cudaDeviceProp properties;
  check_cuda(cudaGetDeviceProperties(&properties, 0), "reading the GPU's properties");
  found.name = properties.name;
  found.threads_at_once =
      std::int64_t{properties.multiProcessorCount} * std::int64_t{properties.maxThreadsPerMultiProcessor};
  found.memory_bytes = properties.totalGlobalMem;
  return found;
}

std::unique_ptr<EnsembleWorker> make_cuda_worker(int device, std::string_view model, const KernelChoice& choice,
                                                 int multiprocessors) {
  return std::make_unique<CudaWorker>(device, cuda_launch(model), choice, multiprocessors);
}

}  // namespace losscast
