/// \file
/// A run that continues another: the first updates of a schedule, and what follows them.
#pragma once

#include <vector>

#include "losscast/schedule/arguments.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

/// The segments of a schedule's first updates. Precondition: 0 <= `updates` <= total_steps().
std::vector<Segment> first_updates(const Schedule& schedule, Step updates);

/// The same of a recipe, as one of its own. Precondition: 1 <= `updates` <= total_steps().
Recipe first_updates(Recipe recipe, Step updates);

/// The recipe of a run that makes the first `at` updates of `first`, and then those of `next`, whose clock begins at 0
/// there. The warm-up is that of `first`; if that was cut off it goes on to the end of that of `next`. Preconditions:
/// 1 <= at <= first.total_steps(); both say their weight decay or neither does, and likewise the batch size.
Recipe continued_recipe(const Recipe& first, Step at, const Recipe& next);

/// The updates at which the second and later phases of a schedule begin, ascending: phases within phases too. Empty for
/// every family but `phases`. Precondition: make_recipe() takes the arguments.
std::vector<Step> phase_starts(const Arguments& arguments);

}  // namespace losscast
