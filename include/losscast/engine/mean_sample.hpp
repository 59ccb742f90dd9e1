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
  /// Standard error about the mean over the draws: more paths make it smaller. NaN below two units. It is widened by
  /// the ratio of Student's 97.5% quantile to the normal one, so that the mean holds within 1.96 of it 19 times in 20
  /// however few units it comes from.
  double simulation_error = 0;
  /// Degrees of freedom that the simulation error was estimated with.
  double freedom = 0;
  /// Standard error of the mean over the draws, about that over the posterior: more draws make it smaller.
  double posterior_error = 0;
};

/// The simulation error comes from the spread of the units: with one draw, of all of them; with two units or more for
/// each draw, of those of the same draw; otherwise of the means of the batches that their draws belong to, which are
/// independent of one another while the draws of a batch are spread too evenly for their own spread to tell (L'Ecuyer &
/// Lemieux 2002). The posterior error comes from the spread of the batches of the draws.
MeanEstimate estimate_mean(const MeanSample& sample);

/// Half the width of the interval around the mean that holds the mean over the draws with this probability, 0.5 <
/// confidence < 1. [nats]
double half_width(const MeanEstimate& estimate, double confidence);

/// Estimates the mean of a - b, unit by unit. If one sample has more units than the other, its last ones are left out.
MeanEstimate estimate_difference(const MeanSample& a, const MeanSample& b);

/// Draws are divided into this many batches, of equal or nearly equal size: draw d belongs to batch d mod count, so
/// that any draws that follow one another are of all batches.
inline constexpr std::int64_t kDrawBatches = 16;
/// Batches that so many draws make: kDrawBatches, or one a draw where there are fewer.
std::int64_t batch_count(std::int64_t draws);

/// The mean of the values in each batch of the draws, where value i has draw first + i, mod draws. Lost values are left
/// out, and so is a batch that has no other value. Empty for one draw. If there are fewer values than draws, the means
/// are moved towards their average until they spread as much as batches of all draws would.
std::vector<double> batch_means(std::span<const float> values, std::int64_t draws, std::int64_t first = 0);

}  // namespace losscast
