// The best peak LR of one family of schedules, by a fit.
#pragma once

#include <vector>

#include "losscast/fit/fit.hpp"
#include "losscast/schedule/arguments.hpp"

namespace losscast {

// Expected final losses of a schedule with other peaks.
struct PeakScan {
  std::vector<double> peaks;   // ascending
  std::vector<double> losses;  // exact means over draws of the parameters [nats]
  std::size_t best;            // the number of the lowest one

  double best_peak() const { return peaks[best]; }
  bool is_at_an_end() const { return best == 0 || best + 1 == peaks.size(); }
};

// From a quarter of the lowest peak of the fit's training curves to twice their highest, or to the highest that the fit
// stands for if that is lower. Throws InputError, with `origin` before it, if the schedule has no peak_lr or makes no
// run, and if the fit gives none of them a loss.
PeakScan scan_peaks(const Fit& fit, const Arguments& schedule, const std::string& origin, int threads);

}  // namespace losscast
