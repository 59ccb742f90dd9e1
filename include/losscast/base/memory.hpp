/// \file
/// The memory of this machine.
#pragma once

#include <cstddef>

namespace losscast {

/// Memory that a process may use: that of the machine, or less where a control group says so. [bytes]
std::size_t usable_memory();

}  // namespace losscast
