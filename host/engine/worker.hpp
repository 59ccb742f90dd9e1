// Where paths run: a worker simulates one chunk after another. On a CPU there is one, with all threads; a GPU has two,
// so that the host prepares a chunk for one while the other is simulating.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernels/ensemble.hpp"
#include "losscast/engine/execution.hpp"
#include "losscast/engine/performance.hpp"
#include "losscast/model/loss_sde.hpp"

namespace losscast {

// Chunks in flight on a GPU at any time.
inline constexpr std::size_t kWorkersPerGpu = 2;

// The processor that a request will run on.
struct Processor {
  Backend backend;  // cpu or cuda
  std::string name;
  MathMode math;  // in which it computes: on a CPU always the reproducible one
  std::size_t workers;
  std::int64_t fewest_paths;              // in a chunk, for a worker to be busy
  std::size_t device_bytes;               // memory of each GPU; 0 on a CPU
  int threads;                            // of the CPU, for what the host does; 0: all cores
  std::shared_ptr<GpuFallback> fallback;  // of GPUs whose work the CPU takes over if they fail; else null

  // Whether GPUs do all the work, so far.
  bool runs_on_gpus() const { return backend == Backend::cuda && !(fallback && fallback->has_given_up()); }
};

// Throws DeviceError if Backend::cuda has no GPU.
Processor choose_processor(const Execution& execution);

// Where a computation on this processor ran; what it took is for the caller to add. It is said of the CPU if that had
// to take over.
Performance performance_on(const Processor& processor);

using Workers = std::vector<std::unique_ptr<EnsembleWorker>>;

// Throws DeviceError if a GPU fails and the CPU may not take over.
Workers make_workers(const LossSde& sde, Scheme scheme, const Processor& processor);

}  // namespace losscast
