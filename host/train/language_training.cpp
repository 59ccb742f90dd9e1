#include "losscast/train/language_training.hpp"

#include <cmath>
#include <limits>

#include "losscast/base/contract.hpp"
#include "losscast/base/parallel.hpp"
#include "train/language_loop.hpp"

namespace losscast {

LanguageOutcome train(const LanguageSettings& settings) {
  LanguageLoop loop(settings);
  LanguageOutcome outcome{.attainable_loss = loop.attainable_loss(),
                          .first_loss = loop.held_out_loss(),
                          .last_loss = std::numeric_limits<double>::infinity(),
                          .losses = {},
                          .gradient_norms = {}};
  for (Step s = 0; s < settings.schedule.total_steps(); ++s) {
    const auto [loss, gradient_norm] = loop.step();
    if (!std::isfinite(loss)) return outcome;
    outcome.losses.push_back(loss);
    outcome.gradient_norms.push_back(gradient_norm);
  }
  const double last = loop.held_out_loss();
  if (std::isfinite(last)) outcome.last_loss = last;
  return outcome;
}

LanguageSettings at_width(const LanguageSettings& settings, int width, Parameterisation parameterisation) {
  const int d_model = settings.architecture.d_model;
  LOSSCAST_EXPECTS(!settings.found_at && settings.architecture.heads * width % d_model == 0);
  LanguageSettings other = settings;
  other.architecture.d_model = width;
  other.architecture.d_ffn = settings.architecture.d_ffn * width / d_model;
  other.architecture.heads = settings.architecture.heads * width / d_model;
  other.found_at = {.d_model = d_model, .parameterisation = parameterisation};
  return other;
}

std::vector<LanguageOutcome> train_all(std::span<const LanguageSettings> runs, int threads) {
  std::vector<LanguageOutcome> outcomes(runs.size());
  parallel_for(std::ssize(runs), threads, [&](std::int64_t number) {
    const auto i = static_cast<std::size_t>(number);
    outcomes[i] = train(runs[i]);
  });
  return outcomes;
}

}  // namespace losscast
