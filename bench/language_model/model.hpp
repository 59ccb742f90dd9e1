// The language model of these measurements.
#pragma once

#include "losscast/train/language_settings.hpp"

namespace losscast::bench {

// A linear warm-up of 20 updates, or of half the run if that is less; then constant.
Schedule warmed_up(double peak_lr, int steps);

// Six layers of width 32, by AdamW without decay, with gradients clipped to 1.
LanguageSettings small_language_model(Initialisation initialisation, Embedding embedding, const Schedule& schedule);

// Two layers of this width, a multiple of 16, with heads of 16 dimensions.
LanguageSettings shallow_language_model(int width, const Schedule& schedule);

}  // namespace losscast::bench
