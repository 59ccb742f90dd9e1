#include "train/language_values.hpp"

#include <algorithm>
#include <cmath>

namespace losscast {

LanguageValues language_values(const LanguageSettings& settings) {
  if (!settings.found_at) return {drawn_deviations(settings.architecture), {1, 1, 1}};
  const auto [from, parameterisation] = *settings.found_at;
  const int to = settings.architecture.d_model;
  Architecture there = settings.architecture;
  there.d_model = from;
  there.d_ffn = std::max(1, static_cast<int>(std::lround(static_cast<double>(from) * there.d_ffn / to)));
  DrawnDeviations deviations = drawn_deviations(there);

  const LayerValues unit{.initial_deviation = 1, .lr = 1};
  const auto [input, hidden, output] =
      transferred({unit, unit, unit}, {.from = from, .to = to}, settings.optimiser, parameterisation);
  WeightDeviations& weights = deviations.weights;
  weights.embedding *= input.initial_deviation;
  for (double* weight : {&weights.value, &weights.out, &weights.ffn_in, &weights.ffn_out})
    *weight *= hidden.initial_deviation;
  deviations.head *= output.initial_deviation;
  return {deviations, {input.lr, hidden.lr, output.lr}};
}

}  // namespace losscast
