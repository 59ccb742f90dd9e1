/// \file
/// The mean of a final loss given a parameter draw, without random numbers: hills without noise follow their mean, and
/// few blocks cross a run.
#pragma once

#include <cstdint>
#include <span>

#include "losscast/precision/coarse_ensemble.hpp"

namespace losscast {

/// It leaves out what the uncertainty of the clock adds to the mean through the curvature of the signal, which is
/// nearly the same for all schedules. The error of its blocks falls with the square of their number; docs/choosing.md
/// has measurements.
class ConditionalMeans {
 public:
  /// The noise and the spikes of the law play no part. Throws DeviceError as run() does.
  ConditionalMeans(const LossSde& sde, const Execution& execution) : noise_free_(without_noise(sde), 0, execution) {}

  /// Draws of the parameters.
  std::int64_t draws() const { return noise_free_.draws(); }

  /// Final losses [nats] of each recipe under draws first ... first + count - 1: out[recipe * count + draw]. Each
  /// segment of a schedule takes `blocks_per_segment` blocks. Preconditions: these draws exist, recipes.size() <=
  /// kMostSchedulesAtOnce.
  void evaluate(std::span<const Recipe> recipes, int blocks_per_segment, std::int64_t first, std::int64_t count,
                std::span<float> out) {
    noise_free_.evaluate(recipes, blocks_per_segment, first, count, out);
  }
  /// Schedules that one call of evaluate() may take.
  static constexpr std::size_t kMostSchedulesAtOnce = CoarseEnsemble::kMostSchedulesAtOnce;

  /// What all calls took.
  const Performance& performance() const { return noise_free_.performance(); }

 private:
  CoarseEnsemble noise_free_;
};

}  // namespace losscast
