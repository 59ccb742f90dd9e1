#include "losscast/engine/exact_moments.hpp"

#include <algorithm>

#include "engine/loss_units.hpp"

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

}  // namespace losscast
