#include "losscast/train/coordinate_check.hpp"

#include <cmath>

#include "losscast/base/contract.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/train/language_training.hpp"
#include "losscast/train/training.hpp"
#include "train/language_loop.hpp"
#include "train/training_loop.hpp"

namespace losscast {

namespace {

// How much each layer has changed its outputs after so many steps. The loop has taken none yet.
template <class Loop>
std::array<double, 3> changes_after(Step steps, Loop loop) {
  LOSSCAST_EXPECTS(steps >= 1);
  const std::vector<DenseLayer*>& layers = loop.network().dense();
  std::vector<Matrix> initial;
  for (const DenseLayer* layer : layers) initial.push_back(layer->weights());
  for (Step step = 0; step < steps; ++step) loop.step();
  const auto change = [&](std::size_t number) {
    const DenseLayer& layer = *layers[number];
    const Matrix outputs = (layer.weights() - initial[number]) * layer.inputs();
    return std::sqrt(static_cast<double>(outputs.squaredNorm()) / static_cast<double>(outputs.size()));
  };
  return {change(0), change(layers.size() - 2), change(layers.size() - 1)};
}

template <class Settings>
std::array<double, 3> slopes_over(const Settings& settings, Parameterisation parameterisation,
                                  std::span<const int> widths, int threads) {
  std::array<std::vector<double>, 3> changes;
  for (auto& values : changes) values.resize(widths.size());
  parallel_for(std::ssize(widths), threads, [&](std::int64_t number) {
    const auto i = static_cast<std::size_t>(number);
    const auto found = output_changes(at_width(settings, widths[i], parameterisation));
    for (std::size_t role = 0; role < found.size(); ++role) changes[role][i] = found[role];
  });
  return {log_slope(widths, changes[0]), log_slope(widths, changes[1]), log_slope(widths, changes[2])};
}

}  // namespace

std::array<double, 3> output_changes(const TrainingSettings& settings) {
  return changes_after(settings.steps, TrainingLoop(settings));
}

std::array<double, 3> output_changes(const LanguageSettings& settings) {
  return changes_after(settings.schedule.total_steps(), LanguageLoop(settings));
}

double log_slope(std::span<const int> widths, std::span<const double> values) {
  LOSSCAST_EXPECTS(widths.size() == values.size() && widths.size() >= 2);
  const auto count = static_cast<double>(widths.size());
  double mean_x = 0, mean_y = 0, xx = 0, xy = 0;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    mean_x += std::log(widths[i]) / count;
    mean_y += std::log(values[i]) / count;
  }
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const double x = std::log(widths[i]) - mean_x;
    xx += x * x;
    xy += x * (std::log(values[i]) - mean_y);
  }
  return xy / xx;
}

std::array<double, 3> coordinate_slopes(const TrainingSettings& settings, Parameterisation parameterisation,
                                        std::span<const int> widths, int threads) {
  return slopes_over(settings, parameterisation, widths, threads);
}

std::array<double, 3> coordinate_slopes(const LanguageSettings& settings, Parameterisation parameterisation,
                                        std::span<const int> widths, int threads) {
  return slopes_over(settings, parameterisation, widths, threads);
}

}  // namespace losscast
