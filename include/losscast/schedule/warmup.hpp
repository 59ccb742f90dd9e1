/// \file
/// Where a schedule's warm-up ends.
#pragma once

#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// The first update whose LR the next one does not exceed: the end of the warm-up, 0 where there is none, the last
/// update if the LR rises throughout.
Step warmup_end(const Schedule& schedule);

}  // namespace losscast
