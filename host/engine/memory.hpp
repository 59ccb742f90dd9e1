// Memory that a request takes.
#pragma once

#include <cstddef>

#include "engine/simulation.hpp"

namespace losscast {

struct MemoryNeed {
  std::size_t host;    // bytes: tables and values in work, and the result
  std::size_t device;  // bytes on each GPU
};
MemoryNeed memory_need(const Simulation& simulation);

// Throws InputError, saying how much is needed, if that is more than this machine has.
void check_memory(const Simulation& simulation);

}  // namespace losscast
