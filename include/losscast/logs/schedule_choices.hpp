/// \file
/// What the user says of the schedules of logged runs.
#pragma once

#include <optional>

#include "losscast/schedule/arguments.hpp"
#include "losscast/schedule/segment.hpp"

namespace losscast {

/// What the user says of the schedules.
struct ScheduleChoices {
  std::optional<Arguments> schedule = {};  ///< of every run; empty: from the logged rates
  std::optional<Step> total_steps = {};    ///< of every run; empty: as the log says, or as far as it goes
  std::optional<double> lr_at_start = {};  ///< of update 0, where the rates are taken as they are and begin later
};

}  // namespace losscast
