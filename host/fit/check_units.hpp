// Units that nobody can have meant, found before anything is computed.
#pragma once

#include <span>

#include "losscast/fit/curve.hpp"
#include "losscast/model/model.hpp"

namespace losscast {

// Throws InputError, with the curve's name, if curves fall into two groups by their peak LR, of which one is
// kFarApart times the other or more, or if a curve's LR and weight decay do not go together.
void check_units(const SdeModel& model, std::span<const Curve> curves);

// No sweep of the peak LR leaves such a gap: neighbours in it are a factor of 10 apart at most.
inline constexpr double kFarApart = 100;

}  // namespace losscast
