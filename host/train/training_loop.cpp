#include "train/training_loop.hpp"

#include <fmt/format.h>

#include "losscast/base/error.hpp"
#include "train/make_optimiser.hpp"
#include "train/mlp.hpp"
#include "train/random_matrix.hpp"

namespace losscast {

namespace {

constexpr int kHeldOutExamples = 512;

void require(const char* key, int value, int least) {
  if (value < least)
    throw ArgumentError(key, fmt::format("{} is below {}", value, least), "there is nothing to train", "raise it");
}

const TrainingSettings& checked(const TrainingSettings& settings) {
  const NetworkShape& shape = settings.shape;
  for (const auto& [key, value] : {std::pair("inputs", shape.inputs),
                                   {"width", shape.width},
                                   {"outputs", shape.outputs},
                                   {"batch", settings.batch}})
    require(key, value, 1);
  require("hidden", shape.hidden, 0);
  require("steps", settings.steps, 0);
  for (const LayerValues& layer : settings.values)
    if (!(layer.lr > 0)) throw ArgumentError("lr", fmt::format("{:g} is not above 0", layer.lr), "", "raise it");
  return settings;
}

std::array<double, 3> deviations(const NetworkValues& values) {
  return {values[0].initial_deviation, values[1].initial_deviation, values[2].initial_deviation};
}

double mean_loss(const Matrix& errors) {
  return 0.5 * static_cast<double>(errors.squaredNorm()) / static_cast<double>(errors.cols());
}

}  // namespace

TrainingLoop::TrainingLoop(const TrainingSettings& settings)
    : settings_(checked(settings)),
      task_(settings.shape.inputs, settings.shape.outputs, settings.seed),
      network_(tanh_network(settings.shape, deviations(settings.values), settings.seed, 0)) {
  for (int number = 0; number < matrices(settings.shape); ++number) {
    const auto role = static_cast<std::size_t>(role_of(settings.shape, number));
    optimisers_.push_back(make_matrix_optimiser(
        settings.optimiser,
        {.values = settings.values[role], .damping_rule = settings.damping_rule, .adam = settings.adam}));
  }
}

std::vector<Matrix> TrainingLoop::curvature_gradients(std::uint64_t first) {
  std::vector<Matrix> gradients(optimisers_.size());
  if (!reads_curvature(settings_.optimiser)) return gradients;
  network_.backward(random_examples(settings_.seed, first, 1, settings_.shape.outputs, settings_.batch));
  for (std::size_t i = 0; i < gradients.size(); ++i) gradients[i] = network_.dense()[i]->gradients();
  return gradients;
}

double TrainingLoop::step() {
  const Batch batch = task_.training_batch(seen_, settings_.batch);
  const Matrix errors = network_.forward(batch.inputs) - batch.targets;
  const std::vector<Matrix> curvature = curvature_gradients(seen_);
  network_.backward(errors);
  for (std::size_t i = 0; i < optimisers_.size(); ++i) {
    DenseLayer& layer = *network_.dense()[i];
    const auto role = static_cast<std::size_t>(role_of(settings_.shape, static_cast<int>(i)));
    optimisers_[i]->update({layer.inputs(), layer.gradients(), curvature[i]}, settings_.values[role].lr,
                           layer.weights());
  }
  seen_ += static_cast<std::uint64_t>(settings_.batch);
  return mean_loss(errors);
}

double TrainingLoop::held_out_loss() {
  const Batch batch = task_.held_out_batch(kHeldOutExamples);
  return mean_loss(network_.forward(batch.inputs) - batch.targets);
}

}  // namespace losscast
