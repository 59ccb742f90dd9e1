#include "cli/outcome_rate.hpp"

#include <fmt/format.h>

#include "losscast/base/error.hpp"
#include "losscast/io/outcomes_csv.hpp"
#include "losscast/stability/lr_ceiling.hpp"

namespace losscast {

namespace {

// How often of two trainings, one that spiked and one that did not, the first was under less strain, and so on.
struct Pairs {
  int less = 0, same = 0, more = 0;
};

Pairs pairs_of(const std::vector<TrainingOutcome>& outcomes) {
  const auto strain = [](const TrainingOutcome& one) { return one.peak_lr * amplification(one.architecture); };
  Pairs pairs;
  for (const TrainingOutcome& spiked : outcomes)
    for (const TrainingOutcome& calm : outcomes) {
      if (!spiked.spiked || calm.spiked) continue;
      const double difference = strain(spiked) - strain(calm);
      ++(difference < 0 ? pairs.less : difference > 0 ? pairs.more : pairs.same);
    }
  return pairs;
}

std::vector<std::string> contradictions(const std::vector<TrainingOutcome>& outcomes) {
  const Pairs pairs = pairs_of(outcomes);
  std::vector<std::string> found;
  if (pairs.same > 0)
    found.emplace_back(
        "the outcomes contradict each other: of trainings with the same LR and the same bound of their architecture "
        "some spiked and some did not");
  if (pairs.less > pairs.more)
    found.push_back(fmt::format(
        "the outcomes contradict the law: of {} pairs of a training that spiked and one that did not, the one that "
        "spiked was under less strain in {}; by the law no rate falls as the strain rises",
        pairs.less + pairs.same + pairs.more, pairs.less));
  return found;
}

}  // namespace

std::vector<StrainedSteps> strained(const Architecture& architecture, double peak_lr, double steps) {
  return {{.strain = peak_lr * amplification(architecture), .steps = steps}};
}

OutcomeRate rate_of_outcomes(const std::filesystem::path& file) {
  const std::vector<TrainingOutcome> outcomes = read_outcomes(file);
  std::vector<RateEvidence> evidence;
  for (const TrainingOutcome& outcome : outcomes)
    evidence.push_back({.strained = strained(outcome.architecture, outcome.peak_lr, outcome.steps),
                        .strains_of_spikes = {},
                        .known = outcome.spiked ? RateEvidence::Known::some : RateEvidence::Known::none});
  try {
    return {SpikeRate(evidence), contradictions(outcomes)};
  } catch (const InputError& error) {
    throw error.at(file.string());
  }
}

}  // namespace losscast
