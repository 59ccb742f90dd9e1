// The jumps of a request, from the numbers that their exact law is made of.
#pragma once

#include "losscast/model/spikes.hpp"
#include "tests/reference/reference_jumps.hpp"

namespace losscast::test {

inline Spikes jumps_of(const reference::JumpLaw::Hazard& hazard) {
  Spikes spikes;
  spikes.jump_rate = hazard.rate;
  spikes.critical_lr = hazard.critical_lr;
  spikes.jump_exponent = hazard.exponent;
  spikes.mean_jump = hazard.mean;
  spikes.jump_decay = hazard.decay;
  return spikes;
}

}  // namespace losscast::test
