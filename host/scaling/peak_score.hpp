// Scores of best LRs.
#pragma once

#include <span>
#include <vector>

#include "losscast/scaling/finished_run.hpp"
#include "losscast/scaling/held_out_scores.hpp"

namespace losscast {

// What an LR costs in a sweep.
struct SweepRegret {
  bool within_step = false;
  double regret = 0;  // of the run nearest to the LR [nats]
};

SweepRegret regret_of(const LrSweep& sweep, double lr);

// Zeros if there is none.
PeakScore score_peaks(std::span<const SweepRegret> regrets);

}  // namespace losscast
