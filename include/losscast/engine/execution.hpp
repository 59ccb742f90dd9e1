// How a computation is executed. Nothing of this changes a result, except fast mathematics.
#pragma once

#include "losscast/math/modes.hpp"

namespace losscast {

enum class Backend {
  automatic,  // CUDA where there is a GPU, else the CPU
  cpu,
  cuda,
};

struct Execution {
  Backend backend = Backend::automatic;
  MathMode math = MathMode::reproducible;
  int threads = 0;  // of the CPU; 0: all cores
};

}  // namespace losscast
