/// \file
/// A schedule in words.
#pragma once

#include <string>

#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// One line for messages and logs, a clause per segment: "24000 steps: linear 0 to 3e-4 until 2160, constant 3e-4 until
/// 20000, linear 3e-4 to 0 until 24000". Of many segments only the first and the last few are named.
std::string describe(const Schedule& schedule);

}  // namespace losscast
