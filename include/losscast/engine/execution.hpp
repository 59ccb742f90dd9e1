/// \file
/// How a computation is executed. Nothing of this changes a result, except fast mathematics.
#pragma once

#include "losscast/math/modes.hpp"

namespace losscast {

/// What moves the paths.
enum class Backend {
  automatic,  ///< CUDA where there is a GPU, else the CPU
  cpu,        ///< threads of the CPU, by the widest instruction set that it has
  cuda,       ///< every GPU that is visible; DeviceError where there is none
};

/// Where and how a computation runs.
struct Execution {
  Backend backend = Backend::automatic;    ///< what moves the paths
  MathMode math = MathMode::reproducible;  ///< of the paths; fast mathematics changes results by rounding errors
  int threads = 0;                         ///< of the CPU; 0: all cores
};

}  // namespace losscast
