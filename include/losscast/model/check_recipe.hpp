/// \file
/// What no model follows yet.
#pragma once

#include "losscast/model/model.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

/// Throws InputError if a forecast by this model would ignore a change within the recipe: a weight decay that varies
/// where the model has no weight norm, or a batch size that varies.
void check_recipe(const SdeModel& model, const Recipe& recipe);

}  // namespace losscast
