#include "engine/worker.hpp"

#include <fmt/format.h>

#include "kernels/sort_cpu.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"

namespace losscast {
namespace {

class CpuWorker final : public EnsembleWorker {
 public:
  CpuWorker(const CpuEnsemble& kernel, int threads) : kernel_(kernel), threads_(threads) {}

  std::byte* tables(std::size_t bytes) override {
    tables_.resize((bytes + sizeof(Unit) - 1) / sizeof(Unit));
    return reinterpret_cast<std::byte*>(tables_.data());
  }
  float* values(std::size_t count) override {
    values_.resize(count);
    return values_.data();
  }
  std::size_t state_bytes(std::size_t schedules, std::int64_t paths) const override {
    return schedules * static_cast<std::size_t>((paths + kCpuTilePaths - 1) / kCpuTilePaths) * kernel_.state_bytes;
  }
  void run(const EnsembleArguments& arguments) override {
    const int width = cpu_tile_width(arguments, thread_count(threads_));
    parallel_for(cpu_tile_count(arguments, width), threads_,
                 [&](std::int64_t tile) { kernel_.run_tile(arguments, width, tile); });
  }
  void sort(std::size_t segments, std::size_t length, float largest) override {
    parallel_for(static_cast<std::int64_t>(segments), threads_, [&](std::int64_t i) {
      sort_by_key(std::span(values_).subspan(static_cast<std::size_t>(i) * length, length), largest);
    });
  }

 private:
  struct alignas(64) Unit {
    std::byte bytes[64];
  };
  CpuEnsemble kernel_;
  int threads_;
  std::vector<Unit> tables_;
  std::vector<float> values_;
};

}  // namespace

Processor choose_processor(const Execution& execution) {
  if (execution.backend != Backend::cpu) {
    const CudaDevices gpus = cuda_devices();
    if (gpus.count > 0) {
      const std::string name = gpus.count == 1 ? gpus.name : fmt::format("{} x {}", gpus.count, gpus.name);
      return {Backend::cuda,        name,
              execution.math,       kWorkersPerGpu * static_cast<std::size_t>(gpus.count),
              gpus.threads_at_once, gpus.memory_bytes,
              execution.threads};
    }
    if (execution.backend == Backend::cuda)
      throw DeviceError("no GPU can be used", gpus.problem, "run with --backend cpu, or mend the driver");
  }
  return {Backend::cpu, isa_name(choose_isa()), MathMode::reproducible, 1, 1, 0, execution.threads};
}

Performance performance_on(const Processor& processor) {
  Performance performance;
  performance.backend = processor.backend == Backend::cuda ? "cuda" : "cpu";
  performance.device = processor.name;
  performance.math = processor.math;
  return performance;
}

Workers make_workers(const LossSde& sde, Scheme scheme, const Processor& processor) {
  const KernelChoice choice{scheme, processor.math,
                            sde.spikes.any() ? KernelChoice::Spikes::on : KernelChoice::Spikes::off};
  Workers workers;
  for (std::size_t w = 0; w < processor.workers; ++w) {
    if (processor.backend == Backend::cuda) {
      workers.push_back(make_cuda_worker(static_cast<int>(w / kWorkersPerGpu), sde.model->name(), choice));
    } else {
      workers.push_back(
          std::make_unique<CpuWorker>(cpu_ensemble(sde.model->name(), choose_isa(), choice), processor.threads));
    }
  }
  return workers;
}

}  // namespace losscast
