#include "cli/outcome_rate.hpp"

#include "losscast/base/error.hpp"
#include "losscast/io/outcomes_csv.hpp"
#include "losscast/stability/lr_ceiling.hpp"

namespace losscast {

std::vector<StrainedSteps> strained(const Architecture& architecture, double peak_lr, double steps) {
  return {{.strain = peak_lr * amplification(architecture), .steps = steps}};
}

SpikeRate rate_of_outcomes(const std::filesystem::path& file) {
  std::vector<RateEvidence> evidence;
  for (const TrainingOutcome& outcome : read_outcomes(file))
    evidence.push_back({.strained = strained(outcome.architecture, outcome.peak_lr, outcome.steps),
                        .strains_of_spikes = {},
                        .known = outcome.spiked ? RateEvidence::Known::some : RateEvidence::Known::none});
  try {
    return SpikeRate(evidence);
  } catch (const InputError& error) {
    throw error.at(file.string());
  }
}

}  // namespace losscast
