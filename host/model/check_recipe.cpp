#include "losscast/model/check_recipe.hpp"

#include <algorithm>
#include <string>

#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"

namespace losscast {

namespace {

bool varies(const std::optional<StepValues>& values) { return values && !values->is_constant(); }

double largest_value(const StepValues& values) {
  double largest = values.at(0);
  for (const Step change : values.changes()) largest = std::max(largest, values.at(change));
  return largest;
}

}  // namespace

void check_recipe(const SdeModel& model, const Reference& reference, const Recipe& recipe) {
  if (varies(recipe.weight_decay) && model.effective_lr().weight_norm == EffectiveLr::WeightNorm::none)
    throw InputError("the schedule's weight_decay varies",
                     "model " + std::string(model.name()) + " has no weight norm, on which weight decay acts",
                     "give one number, or take a model with a weight norm, such as adamw");
  if (varies(recipe.batch) && reference.batch == 0)
    throw InputError("the schedule's batch varies", "the fit does not know the batch size of its own runs",
                     "give tokens_per_step in the manifest and fit again");
}

void check_weight_decay(const SdeModel& model, const Recipe& recipe, double weight_decay) {
  if (model.effective_lr().weight_norm == EffectiveLr::WeightNorm::none) return;
  const double peak = recipe.peak_lr(), decay = largest_value(weight_decay_of(recipe, weight_decay));
  if (peak * decay <= kMostDecay) return;
  throw ArgumentError(
      "peak_lr", "peak_lr " + number_text(peak) + " and weight_decay " + number_text(decay) + " do not go together",
      "an update takes their product of each weight, of which the law of the loss allows " + number_text(kMostDecay),
      "check the units of both");
}

void check_jump_rate(const Spikes& spikes, const Recipe& recipe) {
  const double peak = recipe.peak_lr(), rate = jump_rate(spikes, peak);
  if (rate <= kMostJumpRate) return;
  throw ArgumentError("peak_lr",
                      "at peak_lr " + number_text(peak) + " jumps would come " + number_text(rate) + " times a step",
                      "their rate goes as the LR over critical_lr to the power of jump_exponent, and ends at " +
                          number_text(kMostJumpRate),
                      "check critical_lr and jump_exponent");
}

}  // namespace losscast
