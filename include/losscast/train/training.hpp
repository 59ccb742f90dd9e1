/// \file
/// Training of small networks.
#pragma once

#include <span>
#include <vector>

#include "losscast/train/training_settings.hpp"

namespace losscast {

/// The loss is half the squared error, summed over outputs and averaged over 512 examples that are never trained on.
/// The targets have a mean square of 1, so that a network whose output is 0 has the loss 1/2 for one output.
struct TrainedLosses {
  double first_loss = 0;  ///< before training
  double last_loss = 0;   ///< after it; infinite for a run that left the range of numbers on its way
};

/// Trains a network on examples that are new in each step: normal inputs, targets of a random tanh network of 8 units,
/// the same one in every run. K-FAC's B is made of gradients of labels drawn from the network's own prediction, with
/// variance 1. Curvature is that of the step's batch alone; FP32 weights, small matrices in FP64. The same bits for any
/// number of threads. Throws ArgumentError for sizes below 1, and for values that LayerValues does not allow or an
/// optimiser lacks.
TrainedLosses train(const TrainingSettings& settings);

/// The same run at another width: its values are carried there from settings.shape.width, but for a damping that a rule
/// makes dampings of, which stays. Throws as transferred() does.
TrainingSettings at_width(const TrainingSettings& settings, int width, Parameterisation parameterisation);

/// Each run's outcome, in their order. `threads` = 0 takes all cores; one run takes one.
std::vector<TrainedLosses> train_all(std::span<const TrainingSettings> runs, int threads = 0);

}  // namespace losscast
