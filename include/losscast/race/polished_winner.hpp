// The winner of a search, moved between the points of its space.
#pragma once

#include "losscast/schedule/arguments.hpp"

namespace losscast {

// The winner between its space's points.
struct PolishedWinner {
  Arguments arguments;
  double gain = 0;  // of its mean over all draws, to the winner's [nats]
};

}  // namespace losscast
