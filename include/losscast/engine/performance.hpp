/// \file
/// What a computation took.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "losscast/math/modes.hpp"

namespace losscast {

/// How far fast mathematics moves the loss from what reproducible mathematics gives: the largest difference over a
/// sample of the schedules. [nats]
struct MathDeviation {
  double path = 0;  ///< of one path at one time
  double mean = 0;  ///< of a schedule's mean at one time
};

/// The work and the time of a computation, and what did it.
struct Performance {
  std::int64_t block_steps = 0;                 ///< updates of a path, all its states at once
  std::int64_t path_steps = 0;                  ///< updates of one state
  double engine_seconds = 0;                    ///< tables, paths and statistics
  std::string backend;                          ///< cpu or cuda
  std::string device;                           ///< the CPU's instruction set, or the GPU's name
  MathMode math = MathMode::reproducible;       ///< what was used; on a CPU always the reproducible one
  std::optional<MathDeviation> math_deviation;  ///< if fast mathematics was used
};

/// Adds the work and the time of another run on the same processor.
inline void add(Performance& sum, const Performance& more) {
  sum.block_steps += more.block_steps;
  sum.path_steps += more.path_steps;
  sum.engine_seconds += more.engine_seconds;
}

}  // namespace losscast
