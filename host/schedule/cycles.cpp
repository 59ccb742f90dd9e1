#include "schedule/cycles.hpp"

#include <fmt/format.h>

#include "losscast/base/error.hpp"

namespace losscast {

void check_cycles(const std::string& key, Step cycles) {
  if (cycles <= kMostCycles) return;
  throw ArgumentError(key, fmt::format("{} leads to more than {} cycles", key, kMostCycles),
                      "each is kept, and so many mean nothing", "let the run have fewer and longer ones");
}

}  // namespace losscast
