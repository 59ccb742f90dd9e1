// What weight decay and batch size do to the updates of a run: factors that hold for as long as the two do.
#pragma once

#include "losscast/math/elementary.hpp"
#include "losscast/model/weight_norm.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

struct Effect {
  double clock = 0;       // times (eta / ref)^p: clock time of an update [horizons]
  double level = 1;       // times (eta / ref)^(p q): the hills' level
  double saturation = 1;  // times (eta / ref)^1.5: the saturation
  double target = 1;      // times eta / ref: what the norm is drawn to
  double bias = 0;        // of the loss [nats]
};

inline Effect effect_of(const EffectiveLr& x, const Reference& reference, double weight_decay, double batch) {
  const double b = reference.batch > 0 ? batch / reference.batch : 1;
  const double w = relative_decay(reference, weight_decay);
  return {math::sqrt(b) / reference.steps, math::pow(b, -x.batch_power),
          math::pow(w, EffectiveLr::kSaturation * x.saturation_decay), w > 0 ? math::pow(w, -x.norm_decay) : 0,
          x.decay_bias * w * w};
}

// Sets the two LRs that stand for those of a block, from the mean of eta / ref over its clock time and its standard
// deviation, and their saturations; `saturation` is the effect's, on average.
inline void set_lrs(double mean, double deviation, double saturation, Block<double>& block) {
  const auto of = [&](double lr) { return saturation * lr * math::sqrt(lr); };
  block.low_lr = mean > deviation ? mean - deviation : 0;
  block.high_lr = mean + deviation;
  block.low_saturation = of(block.low_lr);
  block.high_saturation = of(block.high_lr);
}

// The recipe's batch size, or the reference's throughout where it says none.
inline StepValues batch_of(const Recipe& recipe, const Reference& reference) {
  return recipe.batch.value_or(reference.batch);
}

}  // namespace losscast
