// The ensemble launchers: one pair, CPU and CUDA, for every model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "kernels/ensemble_arguments.hpp"
#include "losscast/model/scheme.hpp"

namespace losscast {

// A model's kernel on the CPU: runs tile number `tile` of 16 paths under `width` schedules (at most kMostCpuSchedules).
// Tiles are numbered paths fastest, and independent of one another. Results do not depend on `width`.
struct CpuEnsemble {
  using RunTile = void(const EnsembleArguments&, int width, std::int64_t tile);
  RunTile* run_tile;
  std::size_t state_bytes = 0;  // of a tile's states under one schedule; 0 where it does not keep them
};
inline constexpr int kCpuTilePaths = 16;
inline constexpr int kMostCpuSchedules = 64;

inline std::int64_t cpu_tile_count(const EnsembleArguments& a, int width) {
  return (a.paths + kCpuTilePaths - 1) / kCpuTilePaths * ((a.schedules + width - 1) / width);
}

// Schedules of a tile: as many as share random numbers well, unless that would leave threads idle.
int cpu_tile_width(const EnsembleArguments& a, int threads);

// The instruction sets that this program holds kernels for, and the machine can run.
enum class Isa { generic, avx2, avx512 };
const char* isa_name(Isa isa);

// The widest set that this machine has, or the one that the environment variable LOSSCAST_ISA forces (generic, avx2 or
// avx512). Throws InputError if that is unknown or the machine lacks it.
Isa choose_isa();

// Precondition: `model` is the name of a registered model.
CpuEnsemble cpu_ensemble(std::string_view model, Isa isa, const KernelChoice& choice);

// Schedules of one run() of a worker at most: what a CUDA grid can number.
inline constexpr std::size_t kMostSchedulesOfARun = 65535;

// Simulates chunks of a request, one after another, each in the worker's own memory.
class EnsembleWorker {
 public:
  virtual ~EnsembleWorker() = default;

  // Host memory for the class 1 coefficients and the values of the next run, from which and to which the worker copies
  // quickly. It lasts, with its contents, until the next call of the same function.
  virtual std::byte* tables(std::size_t bytes) = 0;
  virtual float* values(std::size_t count) = 0;

  // All pointers of `arguments` are host memory; its coefficients and values those that were handed out last. Returns
  // when the values are there. Throws DeviceError if a GPU fails or its memory does not suffice.
  virtual void run(const EnsembleArguments& arguments) = 0;

  // Puts in place of the values of the last run, [segments][length] and all of them, their sort_key(), each segment
  // ascending. What that run's arguments point at must still be there. Throws as run() does.
  virtual void sort(std::size_t segments, std::size_t length, float largest) = 0;

  // Memory that EnsembleArguments::states takes, to be aligned to 64 bytes; 0 where the worker cannot go on with paths
  // but moves them from the start each time.
  virtual std::size_t state_bytes(std::size_t /*schedules*/, std::int64_t /*paths*/) const { return 0; }
};

// What the CUDA runtime says about this machine's GPUs.
struct CudaDevices {
  int count = 0;                     // that can be used
  std::string name;                  // of the first
  std::int64_t threads_at_once = 0;  // that it keeps in flight
  std::size_t memory_bytes = 0;      // that it has
  std::string problem;               // why there is none, in words, if count is 0
};
CudaDevices cuda_devices();

// Schedules that share random numbers on a GPU, about.
inline constexpr int kMostCudaSchedules = 16;

// GPU memory that a worker's sort() of so many segments takes beside the values and as much again: CUB's lists of
// segments, of which there are three, and its counts.
inline constexpr std::size_t sort_scratch_bytes(std::size_t segments) { return 16 * segments + (std::size_t{1} << 20); }

// A worker on GPU number `device`, with a stream of its own. Launches are cut for so many multiprocessors; 0: for those
// that the GPU has. Values do not depend on it.
std::unique_ptr<EnsembleWorker> make_cuda_worker(int device, std::string_view model, const KernelChoice& choice,
                                                 int multiprocessors = 0);

}  // namespace losscast
