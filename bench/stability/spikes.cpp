// Peak LRs at which runs of a constant LR spike, after warm-ups of several lengths. By the outcomes of published runs;
// an architecture counts by the largest bound of its layers alone.
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <utility>

#include "bench/stability/commands.hpp"
#include "bench/stability/pictures.hpp"
#include "losscast/format/atomic_file.hpp"
#include "losscast/hazard/jumps_of_runs.hpp"
#include "losscast/io/architecture_file.hpp"
#include "losscast/io/outcomes_csv.hpp"
#include "losscast/schedule/families.hpp"
#include "losscast/stability/lr_ceiling.hpp"

namespace losscast::bench {
namespace {

constexpr Step kSteps = 50'000;
constexpr double kProbabilities[] = {0.1, 0.5, 0.9};

SpikeRate rate_of(const std::vector<TrainingOutcome>& outcomes) {
  std::vector<RateEvidence> evidence;
  for (const TrainingOutcome& one : outcomes)
    evidence.push_back({.strained = {{one.peak_lr * amplification(one.architecture), one.steps}},
                        .strains_of_spikes = {},
                        .known = one.spiked ? RateEvidence::Known::some : RateEvidence::Known::none});
  return SpikeRate(evidence);
}

// The steps of a run whose highest strain is 1.
std::vector<StrainedSteps> strained_steps(Step warmup) {
  const Schedule schedule = make_schedule(Arguments{{{"family", std::string("constant")},
                                                     {"peak_lr", 1.0},
                                                     {"warmup_steps", static_cast<double>(warmup)},
                                                     {"total_steps", static_cast<double>(kSteps)}}});
  return rate_evidence({.schedule = schedule, .first = 0, .last = kSteps}).strained;
}

// The highest strain at which such a run spikes with this probability.
double strain_at(const SpikeRate& rate, const std::vector<StrainedSteps>& run, double probability) {
  double low = 1e-6, high = 1e3;
  while (high > 1.001 * low) {
    const double middle = std::sqrt(low * high);
    std::vector<StrainedSteps> scaled = run;
    for (StrainedSteps& part : scaled) part.strain *= middle;
    (rate.probability(scaled) < probability ? low : high) = middle;
  }
  return low;
}

std::vector<Step> warmups() {
  std::vector<Step> all;
  for (double log_steps = 1; log_steps < 4.61; log_steps += 0.1)
    all.push_back(static_cast<Step>(std::lround(std::pow(10, log_steps))));
  return all;
}

}  // namespace

void spikes(const cxxopts::ParseResult& given) {
  const std::filesystem::path folder = given["FOLDER"].as<std::string>();
  const SpikeRate rate = rate_of(read_outcomes(folder / "outcomes.csv"));
  const std::vector<Step> lengths = warmups();
  std::vector<double> strains[3];
  for (const Step warmup : lengths) {
    const std::vector<StrainedSteps> run = strained_steps(warmup);
    for (int i = 0; i < 3; ++i) strains[i].push_back(strain_at(rate, run, kProbabilities[i]));
  }
  std::vector<SpikeBand> bands;
  fmt::print("peak LRs of P(spike) 0.1, 0.5 and 0.9 in {} steps, after warm-ups of {} and of {}\n", kSteps,
             lengths.front(), lengths.back());
  for (const auto& [file, size] : {std::pair{"350m.toml", "350M"}, {"1.7b.toml", "1.7B"}, {"13b.toml", "13B"}})
    for (const Embedding embedding : {Embedding::vanilla, Embedding::scaled, Embedding::layer_norm}) {
      Architecture architecture = read_architecture(folder / file);
      architecture.embedding = embedding;
      SpikeBand& band = bands.emplace_back(SpikeBand{size, std::string(word_of(kEmbeddings, embedding)), {}});
      for (int i = 0; i < 3; ++i)
        for (const double strain : strains[i]) band.peaks[i].push_back(strain / amplification(architecture));
      fmt::print("{:5} {:10}", band.size, band.embedding);
      for (const auto& peaks : band.peaks) fmt::print(" {:.2e} to {:.2e}", peaks.front(), peaks.back());
      fmt::print("\n");
    }
  if (given.count("svg") > 0) write_atomically(given["svg"].as<std::string>(), spikes_svg(lengths, bands));
}

}  // namespace losscast::bench
