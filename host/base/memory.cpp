#include "losscast/base/memory.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace losscast {

std::size_t usable_memory() {
  auto memory = static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  std::ifstream limit("/sys/fs/cgroup/memory.max");
  std::size_t bytes = 0;
  if (limit >> bytes) memory = std::min(memory, bytes);  // "max", which is no number, means none
  return memory;
}

}  // namespace losscast
