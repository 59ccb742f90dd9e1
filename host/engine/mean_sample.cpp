#include "losscast/engine/mean_sample.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "losscast/engine/exact_moments.hpp"
#include "losscast/random/normal_quantile.hpp"
#include "random/student_t.hpp"

namespace losscast {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

ExactMoments moments_of(std::span<const float> values) {
  ExactMoments moments;
  for (const float value : values)
    if (!is_lost(value)) moments.add(value);
  return moments;
}

// The variance of a mean as it was estimated, and with how many degrees of freedom.
struct Spread {
  double variance_of_mean = kNaN, freedom = 0;
};

Spread spread_of_units(const ExactMoments& units) {
  if (units.count() < 2) return {};
  return {units.variance() / static_cast<double>(units.count()), static_cast<double>(units.count() - 1)};
}

Spread spread_within_draws(std::span<const float> units, std::size_t draws) {
  double squares = 0;
  std::int64_t freedom = 0, count = 0;
  for (std::size_t d = 0; d < draws; ++d) {
    ExactMoments of_draw;
    for (std::size_t i = d; i < units.size(); i += draws)
      if (!is_lost(units[i])) of_draw.add(units[i]);
    count += of_draw.count();
    if (of_draw.count() < 2) continue;
    squares += of_draw.variance() * static_cast<double>(of_draw.count() - 1);
    freedom += of_draw.count() - 1;
  }
  if (freedom == 0) return {};
  const auto degrees = static_cast<double>(freedom);
  return {squares / degrees / static_cast<double>(count), degrees};
}

// Each batch counts by its units, as in their mean.
Spread spread_of_batches(const MeanSample& sample, const ExactMoments& all) {
  const auto batches = static_cast<std::size_t>(batch_count(sample.draws));
  std::vector<ExactMoments> of_batch(batches);
  for (std::size_t i = 0; i < sample.units.size(); ++i) {
    const std::int64_t draw = (sample.first_unit + static_cast<std::int64_t>(i)) % sample.draws;
    if (!is_lost(sample.units[i])) of_batch[static_cast<std::size_t>(draw) % batches].add(sample.units[i]);
  }
  double squares = 0, used = 0;
  for (const ExactMoments& batch : of_batch) {
    if (batch.count() == 0) continue;
    const double share = static_cast<double>(batch.count()) / static_cast<double>(all.count());
    const double deviation = share * (batch.mean() - all.mean());
    squares += deviation * deviation;
    used += 1;
  }
  if (used < 2) return {};
  return {squares * used / (used - 1), used - 1};
}

Spread spread_of(const MeanSample& sample, const ExactMoments& all) {
  if (sample.draws == 1) return spread_of_units(all);
  const auto draws = static_cast<std::size_t>(sample.draws);
  return sample.units.size() >= 2 * draws ? spread_within_draws(sample.units, draws) : spread_of_batches(sample, all);
}

// Student's 97.5% quantile over the normal one. One freedom is asked for many times in turn.
double student_factor(double freedom) {
  if (freedom == 0) return kNaN;
  thread_local double known = 0, factor = 0;
  if (freedom != known) {
    factor = student_exceeded(0.025, freedom) / normal_quantile(0.975);
    known = freedom;
  }
  return factor;
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
  const Spread spread = spread_of(sample, moments);
  MeanEstimate out;
  out.mean = moments.count() > 0 ? sample.centre + moments.mean() : std::numeric_limits<double>::infinity();
  // What the levers leave of a unit is skewed, which tells where units are few: the freedom counts by less there.
  constexpr double kSkewedUnits = 8;
  const auto units = static_cast<double>(moments.count());
  if (spread.freedom > 0) out.freedom = std::max(1.0, spread.freedom * units / (units + kSkewedUnits));
  out.simulation_error = std::sqrt(spread.variance_of_mean) * student_factor(out.freedom);
  out.posterior_error = error_of_batches(sample.batches);
  return out;
}

MeanEstimate estimate_difference(const MeanSample& a, const MeanSample& b) {
  MeanSample difference;
  difference.centre = a.centre - b.centre;
  difference.draws = a.draws;
  difference.first_unit = a.first_unit;
  difference.units.resize(std::min(a.units.size(), b.units.size()));
  for (std::size_t i = 0; i < difference.units.size(); ++i) difference.units[i] = a.units[i] - b.units[i];
  difference.batches.resize(std::min(a.batches.size(), b.batches.size()));
  for (std::size_t i = 0; i < difference.batches.size(); ++i) difference.batches[i] = a.batches[i] - b.batches[i];
  MeanEstimate out = estimate_mean(difference);
  if (std::isinf(out.mean)) out.mean = kNaN;
  return out;
}

double half_width(const MeanEstimate& estimate, double confidence) {
  if (!(estimate.freedom > 0)) return kNaN;
  return estimate.simulation_error / student_exceeded(0.025, estimate.freedom) * normal_quantile(0.975) *
         student_exceeded((1 - confidence) / 2, estimate.freedom);
}

std::int64_t batch_count(std::int64_t draws) { return std::min(draws, kDrawBatches); }

std::vector<double> batch_means(std::span<const float> values, std::int64_t draws, std::int64_t first) {
  const std::int64_t used = std::min<std::int64_t>(draws, static_cast<std::int64_t>(values.size()));
  if (used < 2) return {};
  std::vector<ExactMoments> batches(static_cast<std::size_t>(batch_count(used)));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int64_t draw = (first + static_cast<std::int64_t>(i)) % draws;
    if (!is_lost(values[i])) batches[static_cast<std::size_t>(draw) % batches.size()].add(values[i]);
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
