// How many cycles a schedule may have.
#pragma once

#include <string>

#include "losscast/schedule/segment.hpp"

namespace losscast {

// Each is kept, so a misplaced digit would fill the memory.
inline constexpr Step kMostCycles = 100'000;

// Throws ArgumentError naming the argument that the number of cycles follows from, if they are more.
void check_cycles(const std::string& key, Step cycles);

}  // namespace losscast
