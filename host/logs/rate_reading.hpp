// Two ways to read the rates of a log: the one logged at step s is that of update s, or that of update s - 1.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "logs/rate_points.hpp"

namespace losscast {

// The rates read in one of these ways, and the schedule that then has them all.
struct RateReading {
  RatePoints points;
  Arguments arguments;
};

// By the shift of the updates, 0 or 1. Nothing where no family has the rates, or where it has them less precisely or
// with more arguments than if they are read the other way.
using RateReadings = std::array<std::optional<RateReading>, 2>;

RateReadings rate_readings(std::span<const LoggedPoint> rates, const RunLength& length);

// What the rates leave open of the warm-up before the first of them, a phrase; empty if it is nothing.
std::string warm_up_assumption(const RateReading& reading);

// Between which updates a rate falls, where the log does not show it, as phrases.
std::vector<std::string> fall_assumptions(const RateReading& reading);

}  // namespace losscast
