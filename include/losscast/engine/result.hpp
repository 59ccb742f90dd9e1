/// \file
/// What the engine gives.
#pragma once

#include <vector>

#include "losscast/engine/levers.hpp"
#include "losscast/engine/mean_sample.hpp"
#include "losscast/engine/performance.hpp"
#include "losscast/engine/statistics.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// How far blocks of this length move the law of the loss from that of single steps, at the mean of the draws: the
/// largest difference among the schedules that were checked.
struct StepError {
  Step block = 1;                 ///< optimiser steps a block
  double mean = 0;                ///< largest |mean - exact mean| along the run, after the warm-up [nats]
  double standard_deviation = 0;  ///< largest |standard deviation - exact one| likewise [nats]
  double at_end = 0;              ///< |mean - exact mean| at the end of the run [nats]
  int schedules_checked = 0;      ///< number of schedules that were checked
};

/// Losses of the paths, by schedule.
struct EnsembleResult {
  std::vector<std::vector<Statistics>> statistics;  ///< [schedule][record]
  std::vector<std::vector<float>> values;           ///< [schedule][record * paths + path]; with Keep::values only
  std::vector<MeanSample> samples;                  ///< [schedule], of the last record; with Keep::samples only
  std::vector<std::vector<Step>> record_steps;      ///< [schedule][record]
  LeversUsed levers;                                ///< as the request's automatic ones were decided
  StepError step_error;                             ///< of the blocks that were taken
  Performance performance;                          ///< of all schedules together
};

}  // namespace losscast
