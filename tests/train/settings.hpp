// A small run, for tests.
#pragma once

#include <cmath>

#include "losscast/train/training.hpp"

namespace losscast::test {

// At the width 64, with hidden weights of deviation 1/8 and output weights of 1/64 under `mup`, otherwise 1/8.
inline TrainingSettings small_run(Optimiser optimiser, Parameterisation parameterisation, double lr, double damping) {
  TrainingSettings settings;
  settings.optimiser = optimiser;
  const bool has_rule = optimiser != Optimiser::sgd && optimiser != Optimiser::adam;
  if (has_rule) settings.damping_rule = DampingRule::trace;
  for (LayerValues& layer : settings.values)
    layer = {1.0 / 8, lr, std::vector<double>(damping_names(optimiser).size(), damping)};
  settings.values[0].initial_deviation = 1.0 / 4;
  if (parameterisation == Parameterisation::mup) settings.values[2].initial_deviation = 1.0 / 64;
  return settings;
}

}  // namespace losscast::test
