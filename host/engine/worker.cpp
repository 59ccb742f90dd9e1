#include "engine/worker.hpp"

#include <fmt/format.h>

#include <functional>
#include <optional>

#include "kernels/sort_cpu.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"

namespace losscast {
namespace {

// Puts the keys of the values of each segment in their place, ascending.
void sort_on_cpu(std::span<float> values, std::size_t length, float largest, int threads) {
  parallel_for(static_cast<std::int64_t>(values.size() / length), threads, [&](std::int64_t i) {
    sort_by_key(values.subspan(static_cast<std::size_t>(i) * length, length), largest);
  });
}

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
    sort_on_cpu(std::span(values_).first(segments * length), length, largest, threads_);
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

// A worker on a GPU whose work the CPU takes over once a GPU has failed.
class FallibleWorker final : public EnsembleWorker {
 public:
  FallibleWorker(const Processor& processor, std::unique_ptr<EnsembleWorker> cpu,
                 const std::function<std::unique_ptr<EnsembleWorker>()>& make_gpu)
      : fallback_(processor.fallback), threads_(processor.threads), cpu_(std::move(cpu)) {
    on_gpu([&] { gpu_ = make_gpu(); });
  }

  std::byte* tables(std::size_t bytes) override {
    std::byte* memory = nullptr;
    if (!on_gpu([&] { memory = gpu_->tables(bytes); })) memory = cpu_->tables(bytes);
    return memory;
  }
  float* values(std::size_t count) override {
    float* memory = nullptr;
    if (!on_gpu([&] { memory = gpu_->values(count); })) memory = cpu_->values(count);
    return memory;
  }
  void run(const EnsembleArguments& arguments) override {
    last_ = arguments;
    last_.weights = nullptr;                        // what it takes to have the same values again
    if (fallback_->has_given_up()) failed_ = true;  // of another worker
    if (!on_gpu([&] { gpu_->run(arguments); })) cpu_->run(arguments);
  }
  // The values are simulated again where the GPU may have written half of them.
  void sort(std::size_t segments, std::size_t length, float largest) override {
    const bool were_there = failed_;
    if (on_gpu([&] { gpu_->sort(segments, length, largest); })) return;
    if (!were_there) cpu_->run(last_);
    sort_on_cpu(std::span(last_.values, segments * length), length, largest, threads_);
  }

 private:
  // Returns whether the GPU has done it. Memory that it handed out before stays, whatever happens.
  template <class Work>
  bool on_gpu(const Work& work) {
    if (failed_) return false;
    try {
      work();
    } catch (const DeviceError& error) {
      fallback_->give_up(error.what());
      failed_ = true;
    }
    return !failed_;
  }

  std::shared_ptr<GpuFallback> fallback_;
  int threads_;
  std::unique_ptr<EnsembleWorker> cpu_, gpu_;
  bool failed_ = false;
  EnsembleArguments last_;
};

Processor cpu_processor(int threads) {
  return {Backend::cpu, isa_name(choose_isa()), MathMode::reproducible, 1, 1, 0, threads, nullptr};
}

// Nothing if there are none.
std::optional<Processor> gpu_processor(const Execution& execution) {
  const CudaDevices gpus = cuda_devices();
  if (gpus.count > 0) {
    const std::string name = gpus.count == 1 ? gpus.name : fmt::format("{} x {}", gpus.count, gpus.name);
    return Processor{Backend::cuda,        name,
                     execution.math,       kWorkersPerGpu * static_cast<std::size_t>(gpus.count),
                     gpus.threads_at_once, gpus.memory_bytes,
                     execution.threads,    execution.backend == Backend::automatic ? execution.fallback : nullptr};
  }
  if (execution.backend == Backend::cuda)
    throw DeviceError("no GPU can be used", gpus.problem, "run with --backend cpu, or mend the driver");
  return std::nullopt;
}

}  // namespace

Processor choose_processor(const Execution& execution) {
  LOSSCAST_EXPECTS(execution.fallback != nullptr);
  const bool may_fall_back = execution.backend == Backend::automatic;
  if (execution.backend == Backend::cpu || (may_fall_back && execution.fallback->has_given_up()))
    return cpu_processor(execution.threads);
  try {
    if (const std::optional<Processor> gpus = gpu_processor(execution)) return *gpus;
  } catch (const DeviceError& error) {
    if (!may_fall_back) throw;
    execution.fallback->give_up(error.what());
  }
  return cpu_processor(execution.threads);
}

Performance performance_on(const Processor& processor) {
  const bool took_over = processor.backend == Backend::cuda && !processor.runs_on_gpus();
  Performance performance;
  performance.backend = processor.runs_on_gpus() ? "cuda" : "cpu";
  performance.device = took_over ? isa_name(choose_isa()) : processor.name;
  performance.math = took_over ? MathMode::reproducible : processor.math;
  return performance;
}

Workers make_workers(const LossSde& sde, Scheme scheme, const Processor& processor) {
  const KernelChoice choice{scheme, processor.math,
                            sde.spikes.any() ? KernelChoice::Spikes::on : KernelChoice::Spikes::off};
  const std::string_view model = sde.model->name();
  const auto make_cpu = [&] {
    return std::make_unique<CpuWorker>(cpu_ensemble(model, choose_isa(), choice), processor.threads);
  };
  Workers workers;
  for (std::size_t w = 0; w < processor.workers; ++w) {
    const auto make_gpu = [&] { return make_cuda_worker(static_cast<int>(w / kWorkersPerGpu), model, choice); };
    if (processor.backend == Backend::cpu)
      workers.push_back(make_cpu());
    else if (processor.fallback)
      workers.push_back(std::make_unique<FallibleWorker>(processor, make_cpu(), make_gpu));
    else
      workers.push_back(make_gpu());
  }
  return workers;
}

}  // namespace losscast
