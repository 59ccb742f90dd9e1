// A schedule drawn with letters, for a terminal.
#pragma once

#include <string>

#include "losscast/schedule/schedule.hpp"

namespace losscast {

// A dozen lines of less than 80 characters: the LR over the updates, from 0 to the peak. Each column shows the range of
// the LR in its part of the run.
std::string schedule_drawing(const Schedule& schedule);

}  // namespace losscast
