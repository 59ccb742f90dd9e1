/// \file
/// How precisely a log shows its learning rates.
#pragma once

#include <span>
#include <vector>

#include "losscast/logs/logged_run.hpp"

namespace losscast {

/// How far each logged rate may lie from the one that was logged: half a unit of the last digit that the column shows,
/// and `slack` times the highest rate, for what programs lose in computing it. A column that shows numbers without
/// their trailing zeros has the digits of the longest of them.
std::vector<double> rate_tolerances(std::span<const LoggedPoint> rates, double slack);

}  // namespace losscast
