// Warm-ups that rise through the first rates of a log.
#pragma once

#include <string>
#include <vector>

#include "logs/rate_points.hpp"

namespace losscast {

struct WarmUp {
  Step steps = 0;
  double start = 0;  // the LR of update 0, if there are steps
  std::string shape = "linear";

  // Puts it into a schedule's arguments, as far as it differs from what they mean without it.
  void add_to(Arguments& arguments) const;
};

// Warm-ups up to `peak` that have the rates before the top; the rounder numbers first. None at all if no rate is logged
// before the top.
std::vector<WarmUp> warm_ups(const RatePoints& rates, double peak);

// Whether of the rates before the top that of update 0 alone is logged, so that a warm-up may end anywhere until the
// next.
bool is_only_begun(const RatePoints& rates);

}  // namespace losscast
