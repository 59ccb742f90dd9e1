// What the engine gives.
#pragma once

#include <vector>

#include "losscast/engine/levers.hpp"
#include "losscast/engine/mean_sample.hpp"
#include "losscast/engine/performance.hpp"
#include "losscast/engine/statistics.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

// How far blocks of this length move the law of the loss from that of single steps, at the mean of the draws: the
// largest difference among the schedules that were checked.
struct StepError {
  Step block = 1;
  double mean = 0;                // largest |mean - exact mean| along the run, after the warm-up [nats]
  double standard_deviation = 0;  // the same of the standard deviation [nats]
  double at_end = 0;              // |mean - exact mean| at the end of the run [nats]
  int schedules_checked = 0;
};

struct EnsembleResult {
  std::vector<std::vector<Statistics>> statistics;  // [schedule][record]
  std::vector<std::vector<float>> values;           // [schedule][record * paths + path]; with Keep::values only
  std::vector<MeanSample> samples;                  // [schedule], of the last record; with Keep::samples only
  std::vector<std::vector<Step>> record_steps;      // [schedule][record]
  LeversUsed levers;
  StepError step_error;
  Performance performance;
};

}  // namespace losscast
