/// \file
/// The winner of a search, moved between the points of its space.
#pragma once

#include "losscast/schedule/arguments.hpp"

namespace losscast {

/// The winner, its arguments moved to values that need not be points of the space.
struct PolishedWinner {
  Arguments arguments;  ///< of its schedule, `family` included
  double gain = 0;      ///< of its mean over all draws, to the winner's [nats]
};

}  // namespace losscast
