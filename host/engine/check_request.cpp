#include "engine/check_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "losscast/base/error.hpp"
#include "losscast/model/check_recipe.hpp"

namespace losscast {

void check_paths(const LossSde& sde, const PathRequest& request) {
  if (request.recipes.empty()) throw InputError("there is no schedule to simulate", "the request is empty", "give one");
  if (request.paths < 1) throw InputError("there are no paths to simulate", "paths must be 1 or more", "raise --paths");
  if (sde.draws.empty()) throw InputError("there is no parameter draw", "a fit holds them", "fit the model again");
  if (request.block && *request.block < 1)
    throw InputError(fmt::format("a block of {} steps makes no sense", *request.block), "it must be 1 or more",
                     "raise --block");
  for (const Recipe& recipe : request.recipes) {
    check_recipe(*sde.model, sde.reference, recipe);
    check_weight_decay(*sde.model, recipe, sde.weight_decay);
    check_jump_rate(sde.spikes, recipe);
  }
}

void check_request(const LossSde& sde, const EnsembleRequest& request) {
  check_paths(sde, request);
  const std::vector<Step>& steps = request.record_steps;
  if (std::adjacent_find(steps.begin(), steps.end(), std::greater_equal<>()) != steps.end())
    throw InputError("the steps to record do not ascend", "each is recorded once, in order", "sort them, each once");
  for (const Recipe& recipe : request.recipes)
    for (const Step s : steps)
      if (s < 1 || s > recipe.total_steps())
        throw InputError(fmt::format("step {} cannot be recorded", s),
                         fmt::format("the run has steps 1 to {}", recipe.total_steps()), "choose one of those");
}

}  // namespace losscast
