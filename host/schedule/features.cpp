#include "losscast/schedule/features.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "losscast/base/contract.hpp"

namespace losscast {

namespace {

// A sum that carries along what rounding lost (Neumaier's form of Kahan's summation).
class CompensatedSum {
 public:
  void add(double value) {
    const double total = sum_ + value;
    lost_ += std::abs(sum_) >= std::abs(value) ? (sum_ - total) + value : (value - total) + sum_;
    sum_ = total;
  }
  double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0;
  double lost_ = 0;
};

}  // namespace

LrSums lr_sums(const Schedule& schedule, Step first, Step last) {
  LOSSCAST_EXPECTS(0 <= first && first <= last && last <= schedule.total_steps());
  std::array<double, 1024> buffer;
  CompensatedSum a1, a2;
  while (first < last) {
    const auto count = static_cast<std::size_t>(std::min<Step>(last - first, buffer.size()));
    const std::span<double> rates(buffer.data(), count);
    schedule.fill(first, rates);
    for (const double lr : rates) {
      a1.add(lr);
      a2.add(lr * lr);
    }
    first += static_cast<Step>(count);
  }
  return {a1.value(), a2.value()};
}

LrSums lr_sums(const Schedule& schedule) { return lr_sums(schedule, 0, schedule.total_steps()); }

}  // namespace losscast
