// The log of a run in progress, thinned to windows.
#pragma once

#include <span>
#include <vector>

#include "losscast/fit/curve.hpp"

namespace losscast {

struct LoggedWindow {
  Step step;    // mean of its points' steps, rounded
  double loss;  // mean of its points, without those far from their median [nats]
  int points;   // that the mean is of
};

// Windows of a 400th of the run's steps, those with points. A window of one point is that point.
std::vector<LoggedWindow> windows_of(std::span<const CurvePoint> points, Step total_steps);

// The standard deviation of what neighbouring points do not share, from the median of third differences, in which a
// slow curve does not show [nats]; 0 for fewer than 8 of them.
double point_noise(std::span<const CurvePoint> points);

}  // namespace losscast
