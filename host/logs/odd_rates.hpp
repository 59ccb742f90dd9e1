// Single logged rates that are not of the schedule that all others are of.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "losscast/logs/logged_run.hpp"
#include "losscast/schedule/arguments.hpp"

namespace losscast {

struct OddRate {
  LoggedPoint logged;
  double lr;  // what the schedule has there
};

struct ScheduleWithOddRates {
  Arguments arguments;
  std::vector<OddRate> odd;  // at least one, and one in fifty at most
};

// Nothing if no family has the others either, or if there are fewer than twenty rates.
std::optional<ScheduleWithOddRates> schedule_with_odd_rates(std::span<const LoggedPoint> rates,
                                                            const RunLength& length);

}  // namespace losscast
