// The law of the loss at the end of a run, given each of the parameter draws.
#pragma once

#include <vector>

#include "losscast/model/loss_sde.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

struct NormalLaw {
  double mean, deviation;  // [nats]
};

// In the order of the draws, of which there is at least one; run offset and observation noise of `sde` included.
std::vector<NormalLaw> laws_of_draws(const LossSde& sde, const Recipe& recipe, int threads);

// Parameter by parameter.
std::vector<double> mean_draw(const ParameterDraws& draws);

}  // namespace losscast
