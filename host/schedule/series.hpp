// What every family takes beside the LR: the quantities of each step that a recipe has.
#pragma once

#include <optional>
#include <vector>

#include "losscast/schedule/family.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

struct Series {
  const char* name;  // of the argument
  std::optional<StepValues> Recipe::*member;
};

inline constexpr Series kSeries[] = {{"weight_decay", &Recipe::weight_decay}, {"batch", &Recipe::batch}};

// The families, each with the arguments weight_decay and batch after its own.
std::vector<Family> with_series_arguments(std::vector<Family> families);

// The recipe with what checked arguments say of these quantities. Throws ArgumentError if the recipe already has one
// that they give too, or if stairs reach beyond the run.
Recipe with_series(Recipe recipe, const Arguments& arguments);

}  // namespace losscast
