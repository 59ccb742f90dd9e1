// Which of the two ways to read rates (rate_reading.hpp) suits all runs that were logged together.
#pragma once

#include <optional>
#include <span>

#include "logs/rate_reading.hpp"

namespace losscast {

struct SharedShift {
  Step shift;
  bool is_certain;  // whether the other way gives no other schedules that would do as well
};

// The way in which each run has a schedule that has one in either way. If both ways are such, it is that whose
// schedules have the rounder numbers, or shift 0 if they are equally round. Nothing if neither is, or if no run has a
// schedule.
std::optional<SharedShift> shared_shift(std::span<const RateReadings> runs);

}  // namespace losscast
