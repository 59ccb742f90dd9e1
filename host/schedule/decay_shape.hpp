// The words for the shapes of a cool-down.
#pragma once

#include <string>
#include <vector>

#include "losscast/schedule/schedule.hpp"

namespace losscast {

// "linear", "exponential", "sqrt", "cosine", "halving": the shapes without a parameter of their own.
std::vector<std::string> decay_shape_words();

// The shape that one of these words means, or "power".
Shape decay_shape(const std::string& word);

}  // namespace losscast
