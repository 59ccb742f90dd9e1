// Schedule families: from a name and arguments to a Schedule. One list; the program's `list families` prints it.
#pragma once

#include <span>
#include <string_view>

#include "losscast/schedule/arguments.hpp"
#include "losscast/schedule/family.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

// All families, in the order in which people are shown them.
std::span<const Family> families();

// Throws ArgumentError("family", ...) with the nearest name if there is none of that name.
const Family& find_family(std::string_view name);

// Makes the schedule that `arguments` describe; `family` is one of them. Throws ArgumentError naming the key at fault:
// unknown or missing key, wrong type, value out of range, warm-up longer than the run, exponential decay to zero. The
// key of an argument within a list of phases is its path, such as "phases[1].peak_lr".
Schedule make_schedule(const Arguments& arguments);

}  // namespace losscast
