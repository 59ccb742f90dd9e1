#include "losscast/model/check_recipe.hpp"

#include <string>

#include "losscast/base/error.hpp"

namespace losscast {

namespace {

bool varies(const std::optional<StepValues>& values) { return values && !values->is_constant(); }

}  // namespace

void check_recipe(const SdeModel& model, const Recipe& recipe) {
  if (varies(recipe.weight_decay) && model.effective_lr().weight_norm == EffectiveLr::WeightNorm::none)
    throw InputError("the schedule's weight_decay varies",
                     "model " + std::string(model.name()) + " has no weight norm, on which weight decay acts",
                     "give one number, or take a model with a weight norm, such as adamw");
  if (varies(recipe.batch))
    throw InputError("the schedule's batch varies", "no model follows the batch size yet", "give one number");
}

}  // namespace losscast
