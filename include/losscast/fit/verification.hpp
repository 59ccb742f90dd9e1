/// \file
/// Scoring a forecast that was put on record before the run was made.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "losscast/fit/curve.hpp"

namespace losscast {

/// What was forecast of the loss after so many updates. [nats]
struct RecordedBand {
  Step step = 0;    ///< after this many updates
  double mean = 0;  ///< expected loss
  double q05 = 0;   ///< quantile of probability 0.05
  double q50 = 0;   ///< of 0.5
  double q95 = 0;   ///< of 0.95
};

/// A forecast on record.
struct RecordedForecast {
  Step total_steps = 0;             ///< of the run
  double observation_noise = 0;     ///< standard deviation of one logged point around its run [nats]
  std::vector<RecordedBand> bands;  ///< ascending steps from the end of the warm-up on, the last at total_steps
};

/// A measured loss beside its forecast. [nats]
struct VerifiedPoint {
  Step step = 0;           ///< after this many updates
  double measured = 0;     ///< loss
  double forecast = 0;     ///< expected loss
  double q05 = 0;          ///< of the forecast, with the noise of what was measured
  double q95 = 0;          ///< likewise
  double z = 0;            ///< standard normal score by the forecast: 0 at its median, -1.645 at q05, 1.645 at q95
  double probability = 0;  ///< of a loss below the measured one, by the forecast: the normal law's at z

  double error() const { return measured - forecast; }                 ///< measured - forecast
  bool in_band() const { return q05 <= measured && measured <= q95; }  ///< whether it lies within q05 ... q95
};

/// What became of a forecast.
struct Verification {
  bool finished = false;              ///< whether no further point would fit before the end at the log's last interval
  Step total_steps = 0;               ///< of the run
  std::vector<VerifiedPoint> points;  ///< the logged points from the first band on
  VerifiedPoint last;        ///< the run's end, or how far it has come: the mean of the last three points, each carried
                             ///< to the last logged step along the forecast
  double share_in_band = 0;  ///< of the points
  double mean_error = 0;     ///< of the points, measured - forecast [nats]
  double mean_abs_error = 0;  ///< of the points [nats]
  std::string sentence;       ///< how the forecast has done, for people
};

/// Compares the points of a log, ascending, with the forecast. Bands between recorded steps lie on straight lines.
/// Throws InputError if there is no point from the first band on, or one past the end. Preconditions: there are bands,
/// with q05 < q50 < q95, or all three equal. With `mean_over` a loss is the mean over so many updates until its step,
/// as Curve::mean_over says it, and the bands are averaged likewise; only points whose updates are all from the first
/// band on count.
Verification verify_forecast(const RecordedForecast& forecast, std::span<const CurvePoint> points, Step mean_over = 0);

}  // namespace losscast
