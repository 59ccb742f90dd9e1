#include "losscast/train/language_training.hpp"

#include <cmath>
#include <limits>

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

std::vector<LanguageOutcome> train_all(std::span<const LanguageSettings> runs, int threads) {
  std::vector<LanguageOutcome> outcomes(runs.size());
  parallel_for(std::ssize(runs), threads, [&](std::int64_t number) {
    const auto i = static_cast<std::size_t>(number);
    outcomes[i] = train(runs[i]);
  });
  return outcomes;
}

}  // namespace losscast
