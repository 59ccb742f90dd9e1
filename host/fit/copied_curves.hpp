// Curves that hold one log twice: each run counts as much as any other, so a copy would give its run double weight.
#pragma once

#include <span>
#include <vector>

#include "losscast/fit/curve.hpp"
#include "losscast/fit/fit.hpp"

namespace losscast {

// Which curves are another one again: of the same recipe (recipes_of()), all their points are among the other's. At
// least eight, to the digits of the one that is rounded more, if those are three decimals or more; or three that are
// equal to the last digit, thirty if there are two decimals, and none if there are fewer. The one with more points is
// kept, of two alike the first.
std::vector<CopiedCurve> find_copies(std::span<const Curve> curves);

// The others; none if there is no copy.
std::vector<Curve> without_copies(std::span<const Curve> curves, std::span<const CopiedCurve> copies);

}  // namespace losscast
