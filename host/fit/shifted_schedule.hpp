// Rows that leave the law because the schedule changed earlier or later than it is said to.
#pragma once

#include <span>

#include "fit/junk_rows.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

// Whether a group of odd rows, places in `steps`, is what is seen where the LR falls at another step than the schedule
// says: it lies above the law from the border of the schedule on at which the LR begins to fall, or below it until then
// or from before until after. It has three rows or more: one or two beside a border may be junk.
bool is_shifted_schedule(const Schedule& schedule, std::span<const Step> steps, const JunkRows& rows);

}  // namespace losscast
