// A run as far as it has come.
#pragma once

#include "losscast/schedule/recipe.hpp"

namespace losscast {

// The recipe's updates before `step`, as a recipe of its own. Precondition: 1 <= step <= recipe.total_steps().
Recipe first_updates(Recipe recipe, Step step);

}  // namespace losscast
