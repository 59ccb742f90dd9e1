// Memory that a request takes.
#pragma once

#include <cstddef>

#include "engine/worker.hpp"
#include "losscast/engine/ensemble.hpp"

namespace losscast {

struct MemoryNeed {
  std::size_t host;    // bytes: tables and values in work, and the result
  std::size_t device;  // bytes on each GPU
};
MemoryNeed memory_need(const EnsembleRequest& request, const Processor& processor, Step block);

// Throws InputError, saying how much is needed, if that is more than this machine has.
void check_memory(const EnsembleRequest& request, const Processor& processor, Step block);

}  // namespace losscast
