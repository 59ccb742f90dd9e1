// Writes an objective as a mean over paths, so that candidates can be compared path by path.
#pragma once

#include <span>

#include "losscast/race/objective.hpp"

namespace losscast {

// Replaces losses by what they contribute to the objective: their mean is its estimate from this sample, and their
// differences between candidates have its error, to first order (influence functions). With q the sample's quantile:
//   mean       L
//   tail mean  q + max(L - q, 0) / (1 - level)                 (Rockafellar & Uryasev 2000)
//   quantile   q + (level - [L <= q]) / density at q           (Bahadur 1966), the density from the quantiles around
// A loss that is +infinity stays so.
void to_contributions(const Objective& objective, std::span<float> losses);

}  // namespace losscast
