/// \file
/// How well a law meets measured curves.
#pragma once

#include <span>

#include "losscast/fit/curve.hpp"

namespace losscast {

/// Measures of the error measured - predicted over the points of a curve.
struct Score {
  double r2 = 0;       ///< 1 - squared error / variance of the measured losses
  double mae = 0;      ///< mean absolute error [nats]
  double rmse = 0;     ///< root mean squared error [nats]
  double pred_e = 0;   ///< mean |error| / measured
  double worst_e = 0;  ///< largest |error| / measured
};

/// Compares predicted with measured losses, point by point. Precondition: there are as many of each.
Score score(std::span<const double> measured, std::span<const double> predicted);

/// The average of some scores, metric by metric.
Score average(std::span<const Score> scores);

}  // namespace losscast
