/// \file
/// The mean of the loss over paths, and how sure it is.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace losscast {

/// The values whose average a mean is. They are called units: each is a path or an antithetic pair, less its control
/// variate. Given the parameter draws they are independent, and they average to the mean over these draws.
struct MeanSample {
  double centre = 0;            ///< of the units [nats]
  std::vector<float> units;     ///< minus the centre [nats]; NaN where the paths of a unit were lost
  std::int64_t draws = 1;       ///< unit i has parameter draw first_unit + i, mod draws
  std::vector<double> batches;  ///< mean loss over each of a few batches of the draws [nats]; empty for one draw
  std::int64_t first_unit = 0;  ///< number, mod draws, of the draw of unit 0
};

/// A mean and its errors. [nats]
struct MeanEstimate {
  /// Mean over the units that were not lost; +infinity if all were.
  double mean = 0;
  /// Standard error about the mean over the draws: more paths make it smaller. NaN below two units.
  double simulation_error = 0;
  /// Standard error of the mean over the draws, about that over the posterior: more draws make it smaller.
  double posterior_error = 0;
};

/// The simulation error is the standard deviation of the units over the root of their number; with two units or more
/// for each draw it is the standard deviation within the draws that counts. The posterior error comes from the spread
/// of the batches.
MeanEstimate estimate_mean(const MeanSample& sample);

/// Estimates the mean of a - b, unit by unit. If one sample has more units than the other, its last ones are left out.
MeanEstimate estimate_difference(const MeanSample& a, const MeanSample& b);

/// Draws are divided into this many batches, of equal or nearly equal size: draw d belongs to batch d x count / draws.
inline constexpr std::int64_t kDrawBatches = 16;
/// Batches that so many draws make: kDrawBatches, or one a draw where there are fewer.
std::int64_t batch_count(std::int64_t draws);

/// The mean of the values in each batch of the draws, where value i has draw first + i, mod draws. Lost values are left
/// out, and so is a batch that has no other value. Empty for one draw. If there are fewer values than draws, the values
/// themselves are divided into batches, whose means are then moved towards their average until they spread as much as
/// batches of all draws would.
std::vector<double> batch_means(std::span<const float> values, std::int64_t draws, std::int64_t first = 0);

}  // namespace losscast
