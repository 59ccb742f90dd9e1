// What else the LR of a run might do from here on.
#pragma once

#include <string>
#include <vector>

#include "losscast/schedule/recipe.hpp"

namespace losscast {

struct RemainingSchedule {
  std::string name;  // in words
  Recipe recipe;     // of the whole run: as planned until `done`
};

// From the LR after the first `done` updates of the plan, or a multiple of it up to `highest_lr`: held for a share of
// the rest, then a straight line to zero; or such a line to the planned last LR. Weight decay and batch size stay as
// planned. None if no update is left, or if the LR is zero.
std::vector<RemainingSchedule> remaining_schedules(const Recipe& plan, Step done, double highest_lr);

// The recipe as knots, as `losscast predict` reads it. Straight lines are kept as they are, curves come as pieces of
// them.
std::string knots_text(const Recipe& recipe);

// How much the LRs of two schedules of the same length differ from `begin` on, as a share of the larger, summed over
// the updates: 0 to 1.
double lr_distance(const Schedule& a, const Schedule& b, Step begin);

}  // namespace losscast
