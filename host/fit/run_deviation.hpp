// By how much a fitted law is wrong at a run's end.
#pragma once

#include "losscast/model/loss_sde.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

// Standard deviation of the constant offset by which the measured losses of a run of this recipe lie beside the law:
// the run offset of `sde`, and more beyond the longest horizon and the highest peak of the training runs; 0 where the
// run offset is switched off. [nats]
double run_deviation(const LossSde& sde, const Recipe& recipe);

}  // namespace losscast
