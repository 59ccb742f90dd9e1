#include "losscast/engine/mean_sample.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "losscast/engine/exact_moments.hpp"

namespace losscast {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

ExactMoments moments_of(std::span<const float> values) {
  ExactMoments moments;
  for (const float value : values)
    if (!is_lost(value)) moments.add(value);
  return moments;
}

// Variance of the units: within the draws, where each has two or more.
double variance_of_units(std::span<const float> units, std::size_t draws, const ExactMoments& all) {
  if (draws == 1 || units.size() < 2 * draws) return all.count() > 1 ? all.variance() : kNaN;
  double squares = 0;
  std::int64_t freedom = 0;
  for (std::size_t d = 0; d < draws; ++d) {
    ExactMoments of_draw;
    for (std::size_t i = d; i < units.size(); i += draws)
      if (!is_lost(units[i])) of_draw.add(units[i]);
    if (of_draw.count() < 2) continue;
    squares += of_draw.variance() * static_cast<double>(of_draw.count() - 1);
    freedom += of_draw.count() - 1;
  }
  return freedom > 0 ? squares / static_cast<double>(freedom) : kNaN;
}

double error_of_batches(std::span<const double> batches) {
  const auto count = static_cast<double>(batches.size());
  if (batches.size() < 2) return 0;
  double mean = 0, squares = 0;
  for (const double batch : batches) mean += batch / count;
  for (const double batch : batches) squares += (batch - mean) * (batch - mean);
  return std::sqrt(squares / (count - 1) / count);
}

}  // namespace

MeanEstimate estimate_mean(const MeanSample& sample) {
  const ExactMoments moments = moments_of(sample.units);
  const double variance = variance_of_units(sample.units, static_cast<std::size_t>(sample.draws), moments);
  MeanEstimate out;
  out.mean = moments.count() > 0 ? sample.centre + moments.mean() : std::numeric_limits<double>::infinity();
  out.simulation_error = std::sqrt(variance / static_cast<double>(moments.count()));
  out.posterior_error = error_of_batches(sample.batches);
  return out;
}

MeanEstimate estimate_difference(const MeanSample& a, const MeanSample& b) {
  MeanSample difference;
  difference.centre = a.centre - b.centre;
  difference.draws = a.draws;
  difference.units.resize(std::min(a.units.size(), b.units.size()));
  for (std::size_t i = 0; i < difference.units.size(); ++i) difference.units[i] = a.units[i] - b.units[i];
  difference.batches.resize(std::min(a.batches.size(), b.batches.size()));
  for (std::size_t i = 0; i < difference.batches.size(); ++i) difference.batches[i] = a.batches[i] - b.batches[i];
  MeanEstimate out = estimate_mean(difference);
  if (std::isinf(out.mean)) out.mean = kNaN;
  return out;
}

std::int64_t batch_count(std::int64_t draws) { return std::min(draws, kDrawBatches); }

std::vector<double> batch_means(std::span<const float> values, std::int64_t draws, std::int64_t first) {
  const std::int64_t used = std::min<std::int64_t>(draws, static_cast<std::int64_t>(values.size()));
  if (used < 2) return {};
  std::vector<ExactMoments> batches(static_cast<std::size_t>(batch_count(used)));
  for (std::size_t i = 0; i < values.size(); ++i) {
    // Fewer values than draws make batches of their own, of neighbours.
    const std::int64_t place =
        used < draws ? static_cast<std::int64_t>(i) : (first + static_cast<std::int64_t>(i)) % draws;
    if (!is_lost(values[i])) batches[static_cast<std::size_t>(place * batch_count(used) / used)].add(values[i]);
  }
  std::vector<double> means;
  double centre = 0;
  for (const ExactMoments& batch : batches)
    if (batch.count() > 0) means.push_back(batch.mean());
  for (const double mean : means) centre += mean / static_cast<double>(means.size());
  const double narrowing = std::sqrt(static_cast<double>(used) / static_cast<double>(draws));
  for (double& mean : means) mean = centre + narrowing * (mean - centre);
  return means;
}

}  // namespace losscast
