/// \file
/// What makes the paths of a model differ, beside their parameters.
#pragma once

namespace losscast {

/// Noise that a request gives to its paths, the same for each. Zero switches a source off.
struct PathNoise {
  float river = 0;          ///< s_u [sqrt(horizons)]
  float four_over_d = 0;    ///< 4 / (dimensions of a hill); 0 = hills follow their mean
  float startup_shift = 0;  ///< standard deviation of u(0) [horizons]
  float run_offset = 0;     ///< standard deviation of a run's constant offset [nats]
  float observation = 0;    ///< standard deviation of a logged point around its run [nats]
};

}  // namespace losscast
