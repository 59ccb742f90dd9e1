/// \file
/// The law of the loss at several steps of a run, without simulation.
#pragma once

#include <span>
#include <vector>

#include "losscast/fit/end_law.hpp"

namespace losscast {

/// The loss of one run at each of `steps`, as forecast_at() has it for one, over at most about a thousand of the draws.
/// Preconditions: there are draws; steps ascend within 1 ... total_steps(). Throws InputError for a recipe with a
/// change that the model does not follow.
std::vector<LossForecast> forecast_along(const LossSde& sde, const Recipe& recipe, std::span<const Step> steps,
                                         int threads = 0);

}  // namespace losscast
