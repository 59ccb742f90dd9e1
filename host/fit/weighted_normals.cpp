#include "fit/weighted_normals.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace losscast {
namespace {

struct Normal {
  double weight, mean, deviation;
};

// Those that count, in their order.
std::vector<Normal> listed(const WeightedNormals& mixture) {
  constexpr double kNoWeight = 1e-9;
  std::vector<Normal> list;
  double sum = 0;
  for (Eigen::Index d = 0; d < mixture.weights.cols(); ++d)
    for (Eigen::Index k = 0; k < mixture.weights.rows(); ++k) {
      if (mixture.weights(k, d) < kNoWeight) continue;
      list.push_back({mixture.weights(k, d), mixture.means(k, d), mixture.deviations[static_cast<std::size_t>(k)]});
      sum += list.back().weight;
    }
  for (Normal& one : list) one.weight /= sum;
  return list;
}

double upper_tail(double z) { return std::erfc(z / std::numbers::sqrt2) / 2; }

double quantile_of(const std::vector<Normal>& list, double probability) {
  constexpr double kFar = 10, kError = 1e-8;  // deviations, beyond which nothing is; nats
  double low = list.front().mean, high = low;
  for (const Normal& one : list) {
    low = std::min(low, one.mean - kFar * one.deviation);
    high = std::max(high, one.mean + kFar * one.deviation);
  }
  while (high - low > kError) {
    const double middle = low + (high - low) / 2;
    if (middle == low || middle == high) break;  // losses so far out that no doubles lie between
    double above = 0;
    for (const Normal& one : list) above += one.weight * upper_tail((middle - one.mean) / one.deviation);
    (1 - above < probability ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

// Mean of what lies above `from`, which so large a share does.
double mean_above(const std::vector<Normal>& list, double from, double share) {
  double sum = 0;
  for (const Normal& one : list) {
    const double z = (from - one.mean) / one.deviation;
    const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
    sum += one.weight * (one.mean * upper_tail(z) + one.deviation * density);
  }
  return sum / share;
}

// Of the mean, as the draws are a sample of the posterior.
double posterior_error(const WeightedNormals& mixture, double mean) {
  double sum = 0;
  for (Eigen::Index d = 0; d < mixture.weights.cols(); ++d) {
    const double part = mixture.weights.col(d).dot(mixture.means.col(d)) - mean * mixture.weights.col(d).sum();
    sum += part * part;
  }
  return std::sqrt(sum);
}

Moments moments_of(const std::vector<Normal>& list) {
  double mean = 0, variance = 0;
  for (const Normal& one : list) mean += one.weight * one.mean;
  for (const Normal& one : list) {
    const double distance = one.mean - mean;
    variance += one.weight * (one.deviation * one.deviation + distance * distance);
  }
  return {mean, std::sqrt(variance)};
}

}  // namespace

Moments moments_of(const WeightedNormals& mixture) { return moments_of(listed(mixture)); }

double quantile_of(const WeightedNormals& mixture, double probability) {
  return quantile_of(listed(mixture), probability);
}

Statistics statistics_of(const WeightedNormals& mixture) {
  const std::vector<Normal> list = listed(mixture);
  Statistics out;
  const auto [mean, deviation] = moments_of(list);
  out.mean = mean;
  out.standard_deviation = deviation;
  out.posterior_error = posterior_error(mixture, out.mean);
  double* const places[] = {&out.q05, &out.q25, &out.q50, &out.q75, &out.q95, &out.q99, &out.q999};
  for (std::size_t i = 0; i < kQuantileProbabilities.size(); ++i) {
    *places[i] = quantile_of(list, kQuantileProbabilities[i]);
    out.intervals[i] = {*places[i], *places[i]};
  }
  constexpr double kTail = 0.05;
  out.tail_mean = mean_above(list, out.q95, kTail);
  return out;
}

}  // namespace losscast
