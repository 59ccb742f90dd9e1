/// \file
/// How a computation is executed. Nothing of this changes a result, except fast mathematics.
#pragma once

#include <memory>

#include "losscast/engine/gpu_fallback.hpp"
#include "losscast/math/modes.hpp"

namespace losscast {

/// What moves the paths.
enum class Backend {
  automatic,  ///< CUDA where there is a GPU, else the CPU; the CPU too where the GPU cannot be used, or fails midway
  cpu,        ///< threads of the CPU, by the widest instruction set that it has
  cuda,       ///< every GPU that is visible; DeviceError where there is none, or it fails
};

/// Where and how a computation runs.
struct Execution {
  Backend backend = Backend::automatic;    ///< what moves the paths
  MathMode math = MathMode::reproducible;  ///< of the paths; fast mathematics changes results by rounding errors
  int threads = 0;                         ///< of the CPU; 0: all cores
  /// Under Backend::automatic, what is told of a GPU that fails. Copies share it. Never null.
  std::shared_ptr<GpuFallback> fallback = std::make_shared<GpuFallback>();
};

}  // namespace losscast
