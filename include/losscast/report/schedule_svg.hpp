/// \file
/// A picture of a schedule: the learning rate over the updates.
#pragma once

#include <string>

#include "losscast/schedule/recipe.hpp"

namespace losscast {

/// A self-contained SVG image: the LR of every update, and below it the weight decay and the batch size where they
/// change. `title` is its first line; the schedule in words is the second. Lines of more than 2000 updates are drawn
/// through evenly spread ones and both sides of each border of a segment.
std::string schedule_svg(const Recipe& recipe, const std::string& title);

}  // namespace losscast
