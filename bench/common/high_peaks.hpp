// The runs of the small transformer at peaks up to 0.16, after warm-ups of 400 or 50 updates.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "losscast/fit/curve.hpp"

namespace losscast::bench {

struct HighPeaks {
  std::vector<Curve> usual;  // four runs of 4,000 updates at peaks up to 0.01
  std::vector<Curve> high;   // six at a constant LR of 0.02 and above
};

// Throws InputError or IoError where the folder does not hold them.
HighPeaks read_high_peaks(const std::filesystem::path& folder);

// Whether one of these runs was warmed up over 50 updates.
bool is_short(const Curve& run);

// The mean of the last five, as a single loss scatters [nats].
double last_loss(const Curve& run);

// By how much the largest gradient norm of 40 updates exceeds their mean: the median after warm-up.
double norm_ratio(const Curve& run);

}  // namespace losscast::bench
