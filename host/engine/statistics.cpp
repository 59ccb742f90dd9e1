#include "losscast/engine/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/loss_units.hpp"
#include "kernels/sort_cpu.hpp"
#include "losscast/engine/mean_sample.hpp"

namespace losscast {

void ExactMoments::add(float value) {
  const std::int64_t units = loss_units(std::clamp(value, -kLargestLoss, kLargestLoss));
  sum_ += units;
  square_sum_ += static_cast<Wide>(units) * units;
  ++count_;
}

void ExactMoments::merge(const ExactMoments& other) {
  sum_ += other.sum_;
  square_sum_ += other.square_sum_;
  count_ += other.count_;
}

double ExactMoments::mean() const { return count_ == 0 ? 0 : nats_of_quotient(sum_, count_); }

double ExactMoments::variance() const {
  if (count_ < 2) return 0;
  // Squares around the rounded mean are small; the sums they are made of stay exact integers.
  const Wide middle = sum_ / count_;
  const Wide remainder = sum_ - middle * count_;
  const Wide squares = square_sum_ - middle * sum_ - middle * remainder;
  const auto rest = static_cast<double>(remainder);
  const double centred = static_cast<double>(squares) - rest * rest / static_cast<double>(count_);
  return std::max(0.0, centred) / static_cast<double>(count_ - 1) / (kLossUnits * kLossUnits);
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

Statistics summarise_paths(std::span<const float> values) {
  ExactMoments moments;
  bool non_finite = false;
  for (const float value : values) {
    if (!is_lost(value)) {
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
  out.status = non_finite ? Status::non_finite : lost > 0 ? Status::diverged : Status::ok;
  return out;
}

Statistics summarise(std::span<float> values, std::int64_t draws) {
  Statistics out = summarise_paths(values);
  const MeanEstimate estimate = estimate_mean({0, {values.begin(), values.end()}, draws, batch_means(values, draws)});
  out.standard_error = estimate.simulation_error;
  out.posterior_error = estimate.posterior_error;
  sort_by_key(values, kLargestLoss);
  add_order_statistics(values, out);
  return out;
}

}  // namespace losscast
