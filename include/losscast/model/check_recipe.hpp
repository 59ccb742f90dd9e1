/// \file
/// What no model follows.
#pragma once

#include "losscast/model/model.hpp"
#include "losscast/model/spikes.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

/// Throws InputError if a forecast by this model would ignore a change within the recipe: a weight decay that varies
/// where the model has no weight norm, or a batch size that varies where the law's own is not known.
void check_recipe(const SdeModel& model, const Reference& reference, const Recipe& recipe);

/// Of a weight, the share that an update may take: LR x weight decay. No training comes near it. Beyond it the squared
/// norm, which loses twice that share, would fall past its equilibrium, and beyond twice it diverge.
inline constexpr double kMostDecay = 0.5;

/// Throws ArgumentError("peak_lr", ...) if the model has a weight norm and an update at the recipe's highest LR would
/// take more than that share of a weight. `weight_decay` is that of a recipe which says none.
void check_weight_decay(const SdeModel& model, const Recipe& recipe, double weight_decay);

/// Jumps in an update: beyond that the single precision of paths could overflow, and no such number means anything.
inline constexpr double kMostJumpRate = 1e6;

/// Throws ArgumentError("peak_lr", ...) if more jumps would come in an update at the recipe's highest LR.
void check_jump_rate(const Spikes& spikes, const Recipe& recipe);

}  // namespace losscast
