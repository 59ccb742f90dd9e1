// Which of the two ways to read rates runs have in common that were logged together.
#pragma once

#include <optional>
#include <span>

#include "logs/rate_reading.hpp"

namespace losscast {

struct SharedShift {
  Step shift;
  bool is_certain;  // or the other way gives other schedules that would do as well
};

// The way in which every run has a schedule that has one at all. If both are such, that whose schedules have the
// rounder numbers, else that of the updates s. Nothing if there is none, or if no run has a schedule.
std::optional<SharedShift> shared_shift(std::span<const RateReadings> runs);

}  // namespace losscast
