#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

#include "bench/language_model/commands.hpp"
#include "bench/language_model/model.hpp"
#include "losscast/hazard/spike_detector.hpp"
#include "losscast/stability/lr_ceiling.hpp"
#include "losscast/train/language_training.hpp"

namespace losscast::bench {

namespace {

// Of the runs at one peak LR.
struct PeakOutcome {
  double excess = 0;  // mean of the last loss over the attainable one
  int loss_spikes = 0, norm_spikes = 0;
};

int spikes_of(const std::vector<double>& values, SeriesKind series) {
  std::vector<LoggedValue> logged;
  for (const double value : values) logged.push_back({static_cast<Step>(std::ssize(logged)), value});
  return static_cast<int>(find_spikes(logged, series).size());
}

std::vector<PeakOutcome> outcomes_of(const std::vector<LanguageSettings>& runs, int seeds, int threads) {
  std::vector<PeakOutcome> outcomes(runs.size() / static_cast<std::size_t>(seeds));
  const std::vector<LanguageOutcome> trained = train_all(runs, threads);
  for (std::size_t i = 0; i < trained.size(); ++i) {
    PeakOutcome& outcome = outcomes[i / static_cast<std::size_t>(seeds)];
    outcome.excess += (trained[i].last_loss - trained[i].attainable_loss) / seeds;
    outcome.loss_spikes += spikes_of(trained[i].losses, SeriesKind::loss);
    outcome.norm_spikes += spikes_of(trained[i].gradient_norms, SeriesKind::gradient_norm);
  }
  return outcomes;
}

// The peak above the best one at which the last loss is so much higher than there, between measured peaks on a line
// over the logarithm of the LR; infinite if no measured one is that bad.
double limit_of(const std::vector<double>& peaks, const std::vector<PeakOutcome>& outcomes, double cost) {
  std::size_t i =
      static_cast<std::size_t>(std::ranges::min_element(outcomes, {}, &PeakOutcome::excess) - outcomes.begin());
  const double limit = outcomes[i].excess + cost;
  while (i < outcomes.size() && outcomes[i].excess <= limit) ++i;
  if (i == outcomes.size()) return HUGE_VAL;
  const double below = outcomes[i - 1].excess, share = (limit - below) / (outcomes[i].excess - below);
  return peaks[i - 1] * std::pow(peaks[i] / peaks[i - 1], share);
}

// What is done to the embeddings, and with which deviation they are drawn.
struct EmbeddingChoice {
  const char* name;
  Embedding embedding;
  std::optional<double> deviation = {};
};

// The paper's four, and embeddings that are as large as a LayerNorm makes them from the start, with nothing done to
// them.
constexpr EmbeddingChoice kChoices[] = {{"vanilla", Embedding::vanilla},
                                        {"detach", Embedding::detach},
                                        {"scaled", Embedding::scaled},
                                        {"layernorm", Embedding::layer_norm},
                                        {"drawn at 1", Embedding::vanilla, 1.0}};

void print_row(Initialisation initialisation, const EmbeddingChoice& choice, const cxxopts::ParseResult& given) {
  constexpr double kCost = 0.2;
  const auto peaks = given["peaks"].as<std::vector<double>>();
  const int seeds = given["seeds"].as<int>();
  std::vector<LanguageSettings> runs;
  for (const double peak : peaks)
    for (int seed = 0; seed < seeds; ++seed) {
      runs.push_back(small_language_model(initialisation, choice.embedding, warmed_up(peak, given["steps"].as<int>())));
      runs.back().architecture.embedding_deviation = choice.deviation;
      runs.back().seed = static_cast<std::uint64_t>(seed);
    }
  const std::vector<PeakOutcome> outcomes = outcomes_of(runs, seeds, given["threads"].as<int>());
  fmt::print("{:13} {:10} {:6.2f} ", word_of(kInitialisations, initialisation), choice.name,
             amplification(runs.front().architecture));
  for (const PeakOutcome& outcome : outcomes)
    fmt::print(" {:6.3f} {:2} {:3}", outcome.excess, outcome.loss_spikes, outcome.norm_spikes);
  fmt::print("  {:.3f}\n", limit_of(peaks, outcomes, kCost));
  std::fflush(stdout);
}

}  // namespace

void peaks(const cxxopts::ParseResult& given) {
  fmt::print(
      "last loss over the attainable one [nats], mean of {} seeds, and their spikes of the loss and of the gradient\n"
      "norm, at each peak LR; then the peak at which the loss is 0.2 nats above the row's lowest\n"
      "initialisation embedding  largest",
      given["seeds"].as<int>());
  for (const double peak : given["peaks"].as<std::vector<double>>()) fmt::print(" {:13g}", peak);
  fmt::print("  limit\n{:31}\n", "bound (15)");
  for (const Initialisation initialisation : {Initialisation::standard, Initialisation::depth_scaled})
    for (const EmbeddingChoice& choice : kChoices) print_row(initialisation, choice, given);
}

}  // namespace losscast::bench
