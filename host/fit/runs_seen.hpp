// The runs that a fit has seen, and the ranges that they cover.
#pragma once

#include <span>
#include <vector>

#include "fit/observations.hpp"
#include "losscast/fit/curve.hpp"
#include "losscast/fit/fit.hpp"

namespace losscast {

// A run from the first of its steps that says something until the last.
struct RunSeen {
  const Curve* curve;
  Step first, last;
};

// Those that are fitted, and, behind them, others, of which what is known before the fit comes (FitOptions::others).
// The curves must outlive them.
std::vector<RunSeen> runs_seen(std::span<const Observations> fitted, std::span<const Curve> others);

// The ranges that they cover. A run counts as being as long as it was logged, and as a whole one if it nearly was.
RangesSeen ranges_of(std::span<const RunSeen> runs);

}  // namespace losscast
