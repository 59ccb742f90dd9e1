/// \file
/// Where a schedule's warm-up ends.
#pragma once

#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// The first update after the warm-up, at most the last of the run; 0 where there is none. It is what the family says;
/// of a schedule given by its rates alone it is rise_end().
Step warmup_end(const Schedule& schedule);

/// The first update that reaches the highest LR before the first fall, in which the LR loses more than a tenth of what
/// it had reached (and more than 1% of the peak); a pause of more than four fifths of the time until then, in which it
/// gains less than a tenth, ends the rise too. So neither stairs, holds, rates rounded to two digits nor rows given
/// twice end a warm-up early, and neither a plateau nor a second warm-up prolong it.
Step rise_end(const Schedule& schedule);

}  // namespace losscast
