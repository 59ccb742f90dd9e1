#include "cli/rewarming_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

std::string with_range(const LossForecast& loss) {
  return fmt::format("{:.4f} ({:.4f} to {:.4f})", loss.mean, loss.q05, loss.q95);
}

// "step 6801 (6605 to 7030)"; a range that reaches beyond the phase has no end.
std::string step_text(const Rewarming::Recovery& recovery) {
  std::string text = fmt::format("step {} (", *recovery.middle);
  text += recovery.early ? fmt::format("{} to ", *recovery.early) : "";
  return text + (recovery.late ? fmt::format("{})", *recovery.late) : "perhaps not within the phase)");
}

std::string recovery_text(const Rewarming& phase) {
  if (phase.recovery.middle) return "it is back at " + step_text(phase.recovery);
  return fmt::format("it is back within the phase with a probability of {:.2g}", phase.recovery.probability);
}

Json loss_json(const LossForecast& loss) { return {{"mean", loss.mean}, {"q05", loss.q05}, {"q95", loss.q95}}; }

Json step_json(const std::optional<Step>& step) { return step ? Json(*step) : Json(nullptr); }

Json bump_json(const Rewarming& phase) {
  if (!phase.bump) return nullptr;
  return {{"step", phase.bump->step}, {"loss", loss_json(phase.bump->loss)}, {"rise", loss_json(phase.bump->rise)}};
}

}  // namespace

std::string rewarming_text(const std::vector<Rewarming>& phases) {
  std::string text;
  for (const Rewarming& phase : phases) {
    text += fmt::format("phase of steps {} to {}: the loss ", phase.begin, phase.end);
    if (phase.bump)
      text +=
          fmt::format("rises from {:.4f} by {} to {} at step {}\n  {}", phase.before.mean, with_range(phase.bump->rise),
                      with_range(phase.bump->loss), phase.bump->step, recovery_text(phase));
    else
      text += fmt::format("does not rise above the {:.4f} of its begin\n  it is", phase.before.mean);
    text += fmt::format("{}{} at the end\n", phase.bump ? ", and " : " ", with_range(phase.last));
  }
  return text;
}

Json rewarming_json(const std::vector<Rewarming>& phases) {
  Json list = Json::array();
  for (const Rewarming& phase : phases) {
    const auto& [early, middle, late, probability] = phase.recovery;
    list.push_back({{"begin", phase.begin},
                    {"end", phase.end},
                    {"before", loss_json(phase.before)},
                    {"bump", bump_json(phase)},
                    {"recovery",
                     {{"q05", step_json(early)},
                      {"q50", step_json(middle)},
                      {"q95", step_json(late)},
                      {"probability", probability}}},
                    {"last", loss_json(phase.last)}});
  }
  return list;
}

}  // namespace losscast
