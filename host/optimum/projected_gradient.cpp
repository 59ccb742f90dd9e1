#include "optimum/projected_gradient.hpp"

#include <algorithm>
#include <cmath>
#include <deque>

namespace losscast {
namespace {

constexpr std::size_t kLookBack = 10;  // values among which a step need only lower the largest
constexpr double kArmijo = 1e-4;
constexpr double kShortest = 1e-10, kLongest = 1e10;  // step lengths

double product(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

class Search {
 public:
  Search(const Differentiable& function, std::vector<double> x, std::span<const double> weights,
         const DescentRules& rules)
      : function_(function), weights_(weights), rules_(rules), x_(std::move(x)), gradient_(x_.size()) {
    project(x_, weights_, rules_.allowed);
    value_ = evaluate(x_, gradient_);
    best_ = {x_, value_, 0};
  }

  Descent run() {
    length_ = first_length();
    std::deque<double> bests = {best_.value};
    for (int step = 0; step < rules_.most_steps; ++step) {
      if (!advance()) break;
      bests.push_back(best_.value);
      if (bests.size() <= static_cast<std::size_t>(DescentRules::kPatience)) continue;
      if (bests.front() - bests.back() < rules_.tolerance) break;
      bests.pop_front();
    }
    best_.evaluations = evaluations_;
    return best_;
  }

 private:
  double evaluate(std::span<const double> x, std::span<double> gradient) {
    ++evaluations_;
    return function_(x, gradient);
  }

  // Returns the way from x to the projection of a gradient step of this length.
  std::vector<double> direction(double length) const {
    std::vector<double> to(x_);
    for (std::size_t i = 0; i < to.size(); ++i) to[i] -= length * gradient_[i] / weights_[i];
    project(to, weights_, rules_.allowed);
    for (std::size_t i = 0; i < to.size(); ++i) to[i] -= x_[i];
    return to;
  }

  double first_length() const {
    double largest = 0;
    for (const double part : direction(1)) largest = std::max(largest, std::abs(part));
    return largest > 0 ? std::clamp(0.1 / largest, kShortest, kLongest) : 1;
  }

  // False where nothing allowed is lower.
  bool advance() {
    recent_.push_back(value_);
    if (recent_.size() > kLookBack) recent_.pop_front();
    const double reference = *std::max_element(recent_.begin(), recent_.end());
    const std::vector<double> along = direction(length_);
    const double slope = product(gradient_, along);
    if (!(slope < 0)) return false;
    std::vector<double> next(x_.size()), next_gradient(x_.size());
    double next_value = 0;
    for (double part = 1;;) {
      for (std::size_t i = 0; i < next.size(); ++i) next[i] = x_[i] + part * along[i];
      next_value = evaluate(next, next_gradient);
      if (next_value <= reference + kArmijo * part * slope) break;
      // The parabola through both values and the slope, within bounds; where it is no number, a tenth.
      const double parabola = -0.5 * part * part * slope / (next_value - value_ - part * slope);
      part = std::isfinite(parabola) ? std::clamp(parabola, 0.1 * part, 0.5 * part) : 0.1 * part;
      if (part < kShortest) return false;
    }
    double moved = 0, turned = 0;
    for (std::size_t i = 0; i < next.size(); ++i) {
      const double by = next[i] - x_[i];
      moved += weights_[i] * by * by;
      turned += by * (next_gradient[i] - gradient_[i]);
    }
    length_ = turned > 0 ? std::clamp(moved / turned, kShortest, kLongest) : kLongest;
    x_.swap(next);
    gradient_.swap(next_gradient);
    value_ = next_value;
    if (value_ < best_.value) {
      best_.x = x_;
      best_.value = value_;
    }
    return true;
  }

  const Differentiable& function_;
  std::span<const double> weights_;
  const DescentRules& rules_;
  std::vector<double> x_, gradient_;
  double value_ = 0, length_ = 1;
  Descent best_;
  std::deque<double> recent_;
  int evaluations_ = 0;
};

}  // namespace

Descent descend(const Differentiable& function, std::vector<double> x, std::span<const double> weights,
                const DescentRules& rules) {
  return Search(function, std::move(x), weights, rules).run();
}

}  // namespace losscast
