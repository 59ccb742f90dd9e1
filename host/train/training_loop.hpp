// One run of training, step by step.
#pragma once

#include <memory>
#include <vector>

#include "losscast/train/training_settings.hpp"
#include "train/matrix_optimiser.hpp"
#include "train/network.hpp"
#include "train/teacher_task.hpp"

namespace losscast {

class TrainingLoop {
 public:
  // Throws as train() does.
  explicit TrainingLoop(const TrainingSettings& settings);

  // One update. Returns the mean loss of its batch before it.
  double step();

  // The loss of examples that are never trained on.
  double held_out_loss();

  const Network& network() const { return network_; }

 private:
  // The gradients of labels drawn from the prediction, by each matrix's outputs.
  std::vector<Matrix> curvature_gradients(std::uint64_t first);

  TrainingSettings settings_;
  TeacherTask task_;
  Network network_;
  std::vector<std::unique_ptr<MatrixOptimiser>> optimisers_;  // one for each matrix
  std::uint64_t seen_ = 0;                                    // examples
};

}  // namespace losscast
