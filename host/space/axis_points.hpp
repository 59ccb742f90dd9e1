// Points on an axis.
#pragma once

#include <string>
#include <vector>

#include "losscast/space/space.hpp"

namespace losscast {

// The value of an axis at u, 0 <= u < 1 (continuous axes also at u = 1).
Value value_at(const Axis& axis, double u);

// The values of an axis in a full grid, each once. Throws InputError, its message beginning with `where`, if it has no
// grid, or more points than kMostGridPoints.
std::vector<Value> grid_of(const Axis& axis, const std::string& where);

}  // namespace losscast
