// Curves that hold one log twice: each run counts as much as any other, so a copy would give its run double weight.
#pragma once

#include <span>
#include <vector>

#include "losscast/fit/curve.hpp"
#include "losscast/fit/fit.hpp"

namespace losscast {

// Which curves are another one again: of the same recipe (recipes_of()), all their points are among the other's, to
// the digits of the one that is rounded more (at least three decimals). At least eight points, or three whose losses
// are equal to the last digit. The one with more points is kept, of two alike the first.
std::vector<CopiedCurve> find_copies(std::span<const Curve> curves);

// The others; none if there is no copy.
std::vector<Curve> without_copies(std::span<const Curve> curves, std::span<const CopiedCurve> copies);

}  // namespace losscast
