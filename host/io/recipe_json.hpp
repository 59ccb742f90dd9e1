// A recipe as what it is at every update, for readers that do not know the families.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "losscast/schedule/recipe.hpp"

namespace losscast {

// The segments of the LR with their shapes and numbers, the weight decay and the batch; `weight_decay` where the recipe
// says none.
nlohmann::ordered_json recipe_json(const Recipe& recipe, double weight_decay);

}  // namespace losscast
