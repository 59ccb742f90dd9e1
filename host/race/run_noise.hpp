// How far a run's final loss lies from its mean.
#pragma once

#include "losscast/model/loss_sde.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

// Standard deviation of the final loss of a run with known parameters, the mean of the draws: what two runs of one
// schedule differ by. [nats]
double noise_of_a_run(const LossSde& sde, const Recipe& recipe);

}  // namespace losscast
