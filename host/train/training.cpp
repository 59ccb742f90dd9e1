#include "losscast/train/training.hpp"

#include <cmath>
#include <limits>

#include "losscast/base/parallel.hpp"
#include "train/training_loop.hpp"

namespace losscast {

TrainedLosses train(const TrainingSettings& settings) {
  TrainingLoop loop(settings);
  TrainedLosses outcome{.first_loss = loop.held_out_loss(), .last_loss = std::numeric_limits<double>::infinity()};
  for (int step = 0; step < settings.steps; ++step)
    if (!std::isfinite(loop.step())) return outcome;
  const double last = loop.held_out_loss();
  if (std::isfinite(last)) outcome.last_loss = last;
  return outcome;
}

TrainingSettings at_width(const TrainingSettings& settings, int width, Parameterisation parameterisation) {
  TrainingSettings other = settings;
  const bool follows_width = settings.damping_rule == DampingRule::given;
  if (!follows_width)
    for (LayerValues& layer : other.values) layer.damping.clear();
  other.values =
      transferred(other.values, {.from = settings.shape.width, .to = width}, settings.optimiser, parameterisation);
  if (!follows_width)
    for (std::size_t role = 0; role < other.values.size(); ++role)
      other.values[role].damping = settings.values[role].damping;
  other.shape.width = width;
  return other;
}

std::vector<TrainedLosses> train_all(std::span<const TrainingSettings> runs, int threads) {
  std::vector<TrainedLosses> outcomes(runs.size());
  parallel_for(std::ssize(runs), threads, [&](std::int64_t number) {
    const auto i = static_cast<std::size_t>(number);
    outcomes[i] = train(runs[i]);
  });
  return outcomes;
}

}  // namespace losscast
