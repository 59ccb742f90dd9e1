// An optional cool-down at the end of a law that would go on for ever.
#pragma once

#include <vector>

#include "schedule/decay.hpp"

namespace losscast {

// decay_start or decay_fraction, final_lr or final_lr_ratio, shape.
std::vector<FamilyArgument> cooldown_arguments();

// Where the law ends: s0, or T without a cool-down. Throws ArgumentError if a rate or a shape is given without s0.
Step read_law_end(const ArgumentReader& arguments, const Run& run);

// Adds the decay from the rate that `timeline` has come to, at T if there is none to add.
void add_cooldown(const ArgumentReader& arguments, const Run& run, Timeline& timeline);

}  // namespace losscast
