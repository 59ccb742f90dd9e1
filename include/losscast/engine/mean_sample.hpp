// The mean of the loss over paths, and how sure it is.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace losscast {

// What a mean is taken of: units (paths, or antithetic pairs of them, less their control variates) that are independent
// given the parameter draws and average to the mean over those draws.
struct MeanSample {
  double centre = 0;            // of the units [nats]
  std::vector<float> units;     // minus the centre [nats]; NaN where the paths of a unit were lost
  std::int64_t draws = 1;       // unit i has parameter draw first_unit + i, mod draws
  std::vector<double> batches;  // mean loss over each of a few batches of the draws [nats]; empty for one draw
  std::int64_t first_unit = 0;  // number, mod draws, of the draw of unit 0
};

// A mean and its errors. [nats]
struct MeanEstimate {
  // Over the units that were not lost; +infinity if all were.
  double mean = 0;
  // Standard error, about the mean over the draws: falls with more paths; NaN below two units.
  double simulation_error = 0;
  // Standard error of that as a mean over the posterior: falls with more draws.
  double posterior_error = 0;
};

// simulation_error: the units' standard deviation over the root of their number, or, with two units or more for each
// draw, that within the draws. posterior_error: from the batches' spread.
MeanEstimate estimate_mean(const MeanSample& sample);

// Of a - b, unit by unit. Where one sample has more units, only the first of them count.
MeanEstimate estimate_difference(const MeanSample& a, const MeanSample& b);

// Batches into which draws are divided, of equal size or nearly: draw d belongs to batch d x count / draws.
inline constexpr std::int64_t kDrawBatches = 16;
// Batches that so many draws make: kDrawBatches, or one a draw where there are fewer.
std::int64_t batch_count(std::int64_t draws);

// Mean of the values of each batch, where value i has draw first + i, mod draws; values that are not finite are left
// out, and so is a batch without any other. Empty for one draw. Where there are fewer values than draws, batches are
// made of the draws that have one, and their means narrowed around their own to the spread of those of all draws.
std::vector<double> batch_means(std::span<const float> values, std::int64_t draws, std::int64_t first = 0);

}  // namespace losscast
