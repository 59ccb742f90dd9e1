/// \file
/// Sums over a schedule that laws of the loss are made of.
#pragma once

#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// A1 = sum of eta_s and A2 = sum of eta_s^2: how far the updates carry, and how much gradient noise they let in. Unit:
/// LR x steps, LR^2 x steps.
struct LrSums {
  double a1 = 0;  ///< A1
  double a2 = 0;  ///< A2
};

/// The sums over the updates first <= s < last, or over all. Compensated: off by the last bit or so, however many
/// updates there are. Precondition: 0 <= first <= last <= total_steps().
LrSums lr_sums(const Schedule& schedule, Step first, Step last);
/// The same over all updates.
LrSums lr_sums(const Schedule& schedule);

}  // namespace losscast
