// The ensemble launchers: one pair, CPU and CUDA, for every model.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ensemble_arguments.hpp"
#include "losscast/model/scheme.hpp"

namespace losscast {

// How a backend cuts a request into tiles.
struct TileShape {
  int paths;
  int schedules;
};

// Runs tiles on the CPU. `tile` numbers them, paths fastest; every tile is independent of the others.
struct CpuEnsemble {
  TileShape shape;
  void (*run_tile)(const EnsembleArguments&, Scheme, std::int64_t tile);
};

inline std::int64_t tile_count(const TileShape& shape, const EnsembleArguments& a) {
  const std::int64_t across = (a.paths + shape.paths - 1) / shape.paths;
  return across * ((a.schedules + shape.schedules - 1) / shape.schedules);
}

// The instruction sets that this program holds kernels for, and the machine can run.
enum class Isa { generic, avx2, avx512 };
const char* isa_name(Isa isa);

// The widest set that this machine has, or the one that the environment variable LOSSCAST_ISA forces (generic, avx2 or
// avx512). Throws InputError if that is unknown or the machine lacks it.
Isa choose_isa();

// Precondition: `model` is the name of a registered model.
CpuEnsemble cpu_ensemble(std::string_view model, Isa isa);

// What the CUDA runtime says about this machine's GPUs.
struct CudaDevice {
  bool usable = false;
  std::string name;     // of the GPU
  std::string problem;  // why there is none, in words, if not usable
};
CudaDevice cuda_device();

// Runs all tiles of a request whose pointers are host memory, on the current GPU: copies, launches, copies back.
// Throws DeviceError if the GPU fails or its memory does not suffice.
void run_cuda_ensemble(std::string_view model, const EnsembleArguments& arguments, Scheme scheme);

}  // namespace losscast
