/// \file
/// The law of the loss at one step of a run, without simulation.
#pragma once

#include "losscast/model/loss_sde.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

/// What a law says of one loss. [nats]
struct LossForecast {
  double mean = 0;             ///< over the draws
  double posterior_error = 0;  ///< standard error of the mean: of the draws, as draws of the posterior
  double q05 = 0;              ///< quantile of probability 0.05
  double q95 = 0;              ///< of 0.95
};

/// The loss of a run after so many updates, observation noise included. Given a parameter draw its mean and its
/// variance are exact but for what few blocks leave (below 1e-5 nats where it was tested), and its law is taken for
/// normal, which hills of thousands of dimensions nearly are; over the draws it is the mixture of these. The spikes of
/// `sde` play no part. Preconditions: there are draws; 1 <= step <= total_steps(). Throws InputError for a recipe with
/// a change that the model does not follow.
LossForecast forecast_at(const LossSde& sde, const Recipe& recipe, Step step, int threads = 0);

}  // namespace losscast
