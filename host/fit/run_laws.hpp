// The law of one run at several of its steps, draw by draw.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "losscast/model/loss_sde.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

struct RunLaws {
  std::vector<Step> steps;                // ascending
  Eigen::MatrixXd means;                  // expected loss, steps x draws [nats]
  std::vector<double> startup_deviation;  // of the loss at each step by the start-up shift, at the draws' mean [nats]
  std::vector<double> fast_deviation;     // of the loss at each step by hills and river, likewise [nats]
};

// At `steps`, which ascend and are at least 1. The run's offset and observation noise are left out, and the spikes. In
// long runs blocks are longer than a fit's: what that shifts is taken out by the shift at the draws' mean.
RunLaws laws_along(const LossSde& sde, const Recipe& recipe, std::span<const Step> steps, int threads);

}  // namespace losscast
