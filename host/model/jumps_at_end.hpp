// The jumps of a run that still matter at its end.
#pragma once

#include "losscast/model/coarse_table.hpp"
#include "losscast/model/spikes.hpp"

namespace losscast {

// Their expected number, each counted with what is left of it: jump_rate x sum of (eta_s / eta_c)^m e^(-k_z age). Times
// the mean jump it is what jumps add to the mean of the final loss.
inline double jumps_at_end(const Recipe& recipe, const Spikes& spikes, int blocks_per_segment) {
  return spikes.jump_rate *
         coarse_faded_sum(recipe, spikes.critical_lr, spikes.jump_exponent, spikes.jump_decay, blocks_per_segment);
}

}  // namespace losscast
