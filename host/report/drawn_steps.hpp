// The updates through which the lines of a schedule's picture go.
#pragma once

#include <set>

#include "losscast/schedule/recipe.hpp"

namespace losscast {

// Both sides of each border of a segment, the first and the last update, and `intervals` of them evenly between.
std::set<Step> drawn_steps(const Recipe& recipe, Step intervals = 2000);

}  // namespace losscast
