#include "bench/language_model/model.hpp"

#include <algorithm>
#include <string>

#include "losscast/schedule/families.hpp"

namespace losscast::bench {

Schedule warmed_up(double peak_lr, int steps) {
  constexpr int kWarmup = 20;
  return make_schedule(Arguments{{{"family", std::string("constant")},
                                  {"peak_lr", peak_lr},
                                  {"warmup_steps", static_cast<double>(std::min(kWarmup, steps / 2))},
                                  {"total_steps", static_cast<double>(steps)}}});
}

LanguageSettings small_language_model(Initialisation initialisation, Embedding embedding, const Schedule& schedule) {
  return {.architecture = {.layers = 6,
                           .d_model = 32,
                           .d_ffn = 128,
                           .heads = 2,
                           .initialisation = initialisation,
                           .embedding = embedding},
          .schedule = schedule};
}

LanguageSettings shallow_language_model(int width, const Schedule& schedule) {
  LanguageSettings settings = small_language_model(Initialisation::standard, Embedding::vanilla, schedule);
  settings.architecture.layers = 2;
  settings.architecture.d_model = width;
  settings.architecture.d_ffn = 4 * width;
  settings.architecture.heads = width / 16;
  return settings;
}

}  // namespace losscast::bench
