// Small runs, for tests.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include "losscast/schedule/families.hpp"
#include "losscast/train/language_training.hpp"
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

// Two layers of width 16 on a source of 8 tokens, by Adam at a constant LR after a warm-up of ten steps, or of half the
// run.
inline LanguageSettings small_language_model(Embedding embedding, double lr, int steps) {
  const Arguments schedule{{{"family", std::string("constant")},
                            {"peak_lr", lr},
                            {"warmup_steps", static_cast<double>(std::min(10, steps / 2))},
                            {"total_steps", static_cast<double>(steps)}}};
  LanguageSettings settings{
      .architecture = {.layers = 2, .d_model = 16, .d_ffn = 32, .heads = 2, .embedding = embedding},
      .source = {.vocabulary = 8, .topics = 2, .rank = 4, .gain = 2},
      .schedule = make_schedule(schedule)};
  settings.tokens = 16;
  return settings;
}

}  // namespace losscast::test
