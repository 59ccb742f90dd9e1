// Self-contained pictures of what the commands say.
#pragma once

#include <string>
#include <vector>

#include "losscast/schedule/schedule.hpp"

namespace losscast::bench {

// Of one architecture: the peak LRs at which a run spikes with the probabilities 0.1, 0.5 and 0.9, one for each
// warm-up.
struct SpikeBand {
  std::string size;       // the panel it belongs to, such as "13B"
  std::string embedding;  // its colour
  std::vector<double> peaks[3];
};

// A panel for each size, peak LR over warm-up.
std::string spikes_svg(const std::vector<Step>& warmups, const std::vector<SpikeBand>& bands);

// A run's last loss.
struct LastLoss {
  double peak_lr;
  double loss;  // [nats]
};

// Last losses over peak LRs at one warm-up: the law of a fit, and what was measured.
struct WarmupLine {
  Step warmup;
  std::vector<LastLoss> law, measured;
};

std::string warmup_svg(const std::vector<WarmupLine>& lines);

}  // namespace losscast::bench
