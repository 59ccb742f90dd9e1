// How far a winner's mean is known by the fit.
#pragma once

#include <cmath>

#include "losscast/race/search.hpp"

namespace losscast {

// Standard deviation over the fit's draws. [nats]
inline double deviation_over_draws(const HorizonMean& horizon) {
  double squares = 0;
  for (const float mean : horizon.of_draws) squares += std::pow(static_cast<double>(mean) - horizon.weighed_mean, 2);
  return std::sqrt(squares / static_cast<double>(horizon.of_draws.size()));
}

}  // namespace losscast
