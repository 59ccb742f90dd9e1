#include "losscast/engine/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "losscast/engine/mean_sample.hpp"

namespace losscast {
namespace {

constexpr double kUnit = 4294967296.0;  // 2^32 units a nat
constexpr double kLargest = 1048576.0;  // 2^20 nats

}  // namespace

void ExactMoments::add(float value) {
  const double clamped = std::clamp(static_cast<double>(value), -kLargest, kLargest);
  const auto units = static_cast<std::int64_t>(std::nearbyint(clamped * kUnit));
  sum_ += units;
  square_sum_ += static_cast<Wide>(units) * units;
  ++count_;
}

void ExactMoments::merge(const ExactMoments& other) {
  sum_ += other.sum_;
  square_sum_ += other.square_sum_;
  count_ += other.count_;
}

double ExactMoments::mean() const {
  if (count_ == 0) return 0;
  // Quotient and remainder apart, so that the quotient's bits beyond a double's are not lost before the division.
  return (static_cast<double>(sum_ / count_) + static_cast<double>(sum_ % count_) / static_cast<double>(count_)) /
         kUnit;
}

double ExactMoments::variance() const {
  if (count_ < 2) return 0;
  // Squares around the rounded mean are small; the sums they are made of stay exact integers.
  const Wide middle = sum_ / count_;
  const Wide remainder = sum_ - middle * count_;
  const Wide squares = square_sum_ - middle * sum_ - middle * remainder;
  const auto rest = static_cast<double>(remainder);
  const double centred = static_cast<double>(squares) - rest * rest / static_cast<double>(count_);
  return std::max(0.0, centred) / static_cast<double>(count_ - 1) / (kUnit * kUnit);
}

const char* status_name(Status status) {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::diverged:
      return "diverged";
    case Status::non_finite:
      return "non-finite";
  }
  return "unknown";
}

double quantile(std::span<const float> ascending, double probability) {
  const double place = probability * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const double fraction = place - static_cast<double>(below);
  const double low = ascending[below];
  if (fraction == 0) return low;
  const double high = ascending[below + 1];
  return std::isinf(high) ? high : low + fraction * (high - low);
}

Statistics summarise(std::span<float> values, std::int64_t draws) {
  ExactMoments moments;
  bool non_finite = false;
  for (const float value : values) {
    if (std::isfinite(value)) {
      moments.add(value);
    } else {
      non_finite = non_finite || std::isnan(value);
    }
  }
  Statistics out;
  const auto lost = static_cast<std::int64_t>(values.size()) - moments.count();
  out.diverged_share = static_cast<double>(lost) / static_cast<double>(values.size());
  out.mean = moments.count() > 0 ? moments.mean() : std::numeric_limits<double>::infinity();
  out.standard_deviation = std::sqrt(moments.variance());
  const MeanSample sample{0, {values.begin(), values.end()}, draws, batch_means(values, draws)};
  const MeanEstimate estimate = estimate_mean(sample);
  out.standard_error = estimate.simulation_error;
  out.posterior_error = estimate.posterior_error;
  out.status = non_finite ? Status::non_finite : lost > 0 ? Status::diverged : Status::ok;

  // NaN has no order: it counts as the worst.
  for (float& value : values)
    if (std::isnan(value)) value = std::numeric_limits<float>::infinity();
  std::sort(values.begin(), values.end());
  out.q05 = quantile(values, 0.05);
  out.q25 = quantile(values, 0.25);
  out.q50 = quantile(values, 0.50);
  out.q75 = quantile(values, 0.75);
  out.q95 = quantile(values, 0.95);
  return out;
}

}  // namespace losscast
