// Inverse square roots: 1 / lr^2 is a straight line in the step.
#include <cmath>

#include "logs/family_searches.hpp"
#include "logs/round_number.hpp"
#include "logs/warmup_search.hpp"

namespace losscast {

namespace {

constexpr Step kDefaultTimescale = 10'000;  // of a schedule without a warm-up
constexpr double kPeakError = 1e-3;         // of an estimate of the peak, relative
constexpr double kFurthest = 1e15;          // step at which the line is 0: of a rate that hardly falls it may be any

// The step at which the line is 0, before which the law does not go, and its slope.
struct Line {
  double zero, slope;
};

Line line_of(const RatePoints& rates) {
  const RatePoint& first = rates.points[rates.last_top + 1];  // the top may still be of the warm-up
  const RatePoint& last = rates.points.back();
  const double a = 1 / (first.lr * first.lr), b = 1 / (last.lr * last.lr);
  const double slope = (b - a) / (last.step - first.step);
  return {first.step - a / slope, slope};
}

// Whether the law has the rates after the warm-up, if its peak is that of the estimate up to the error: a cheap
// question.
bool may_have_rates(const RatePoints& rates, Step warmup, Step timescale, double estimate) {
  for (const RatePoint& point : rates.points) {
    const double since = point.step - static_cast<double>(warmup);
    if (since < 0) continue;
    const double lr = estimate / std::sqrt(1 + since / static_cast<double>(timescale));
    if (std::abs(lr - point.lr) > 1.001 * (point.tolerance + kPeakError * lr)) return false;
  }
  return true;
}

// LR = peak / sqrt(1 + (s - W) / t), so that the line is 0 at W - t and peak^2 t = 1 / slope.
bool consider(const RatePoints& rates, Step warmup, Step timescale, double slope, ScheduleJudge& judge) {
  const double estimate = 1 / std::sqrt(slope * static_cast<double>(timescale));
  if (!may_have_rates(rates, warmup, timescale, estimate)) return false;
  for (const double peak : round_numbers(estimate, estimate * kPeakError)) {
    for (WarmUp warm_up : rates.rises() ? warm_ups(rates, peak) : std::vector<WarmUp>{{warmup, 0, "linear"}}) {
      if (warm_up.steps != warmup) continue;
      Arguments arguments = rising_to(peak, rates.total_steps);
      arguments.values["family"] = std::string("inverse-sqrt");
      warm_up.add_to(arguments);
      if (timescale != (warmup > 0 ? warmup : kDefaultTimescale))
        arguments.values["timescale"] = static_cast<double>(timescale);
      if (judge.consider(arguments)) return true;
    }
  }
  return false;
}

}  // namespace

void search_inverse_sqrt(const RatePoints& rates, ScheduleJudge& judge) {
  constexpr Step kMostWarmUps = 20'000;
  if (rates.last_top + 2 >= rates.points.size() || rates.points.back().lr <= 0) return;
  const Line line = line_of(rates);
  if (!(line.slope > 0 && std::abs(line.zero) < kFurthest)) return;
  const Step low = rates.rises() ? rates.step(rates.first_top - 1) + 1 : 0;
  const Step high = rates.step(rates.last_top + 1);
  for (Step warmup = low; warmup <= high && warmup - low < kMostWarmUps; ++warmup) {
    const auto near = static_cast<Step>(std::llround(static_cast<double>(warmup) - line.zero));
    const Step margin = 2 + warmup / 100;
    for (const Step timescale : {warmup, near, near - 1, near + 1})
      if (timescale > 0 && std::abs(timescale - near) <= margin &&
          consider(rates, warmup, timescale, line.slope, judge))
        return;
  }
}

}  // namespace losscast
