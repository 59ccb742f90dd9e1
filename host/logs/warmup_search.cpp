#include "logs/warmup_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "logs/round_number.hpp"

namespace losscast {

namespace {

struct Interval {
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();

  void meet(double a, double b) {
    low = std::max(low, std::min(a, b));
    high = std::min(high, std::max(a, b));
  }
  bool is_empty() const { return !(low <= high); }
};

// The progress of a warm-up at a rate: s / W.
double progress(double share, const std::string& shape) {
  share = std::clamp(share, 0.0, 1.0);
  return shape == "linear" ? share : std::acos(1 - 2 * share) / std::numbers::pi;
}

// The lengths W of a warm-up from `start` to the peak that have all rates before the top. If that is only the rate of
// update 0, it is over at the next rate.
Interval lengths(const RatePoints& rates, double peak, double start, const std::string& shape) {
  Interval all;
  if (is_only_begun(rates)) all.meet(1, rates.points[rates.first_top].step);
  for (std::size_t i = 0; i < rates.first_top; ++i) {
    const RatePoint& point = rates.points[i];
    if (point.step == 0) continue;
    const double low = progress((point.lr - point.tolerance - start) / (peak - start), shape);
    const double high = progress((point.lr + point.tolerance - start) / (peak - start), shape);
    all.meet(high > 0 ? point.step / high : 0, low > 0 ? point.step / low : std::numeric_limits<double>::infinity());
  }
  return all;
}

// Whole numbers in the interval that no rate contradicts: the rounder one, and the one in its middle.
void add_lengths(std::vector<WarmUp>& found, Interval interval, double start, const std::string& shape) {
  constexpr double kLongest = 1e12;
  if (interval.is_empty() || interval.low > kLongest) return;
  const double middle = interval.high < kLongest ? (interval.low + interval.high) / 2 : interval.low;
  const auto low = static_cast<Step>(std::ceil(interval.low)),
             high = static_cast<Step>(std::min(interval.high, kLongest));
  if (low <= high) found.push_back({roundest_step(low, high), start, shape});
  found.push_back({static_cast<Step>(std::llround(middle)), start, shape});
}

// What the LR of update 0 may be: 0, the logged one, or that of a straight line through the first rates.
std::vector<double> starts(const RatePoints& rates) {
  std::vector<double> starts = {0};
  const RatePoint& first = rates.points.front();
  if (first.step == 0) {
    if (first.lr > first.tolerance) return round_numbers(first.lr, first.tolerance);
    return starts;
  }
  if (rates.first_top < 2) return starts;
  const RatePoint& last = rates.points[rates.first_top - 1];
  const double slope = (last.lr - first.lr) / (last.step - first.step);
  const double intercept = first.lr - slope * first.step;
  const double error = 2 * (first.tolerance + last.tolerance) * last.step / (last.step - first.step);
  if (intercept > error)
    for (const double start : round_numbers(intercept, error)) starts.push_back(start);
  return starts;
}

// Update s has the rate peak (s + 1) / (W + 1).
void add_counted_from_one(std::vector<WarmUp>& found, const RatePoints& rates, double peak) {
  Interval all;
  for (std::size_t i = 0; i < rates.first_top; ++i) {
    const RatePoint& point = rates.points[i];
    all.meet((point.step + 1) * peak / (point.lr + point.tolerance),
             (point.step + 1) * peak / std::max(point.lr - point.tolerance, 1e-300));
  }
  std::vector<WarmUp> ones;
  add_lengths(ones, all, 0, "linear");
  for (const WarmUp& one : ones)
    if (one.steps > 1) found.push_back({one.steps - 1, peak / static_cast<double>(one.steps), "linear"});
}

}  // namespace

void WarmUp::add_to(Arguments& arguments) const {
  if (steps == 0) return;
  arguments.values["warmup_steps"] = static_cast<double>(steps);
  if (start != 0) arguments.values["warmup_start_lr"] = start;
  if (shape != "linear") arguments.values["warmup_shape"] = shape;
}

bool is_only_begun(const RatePoints& rates) { return rates.first_top == 1 && rates.points.front().step == 0; }

std::vector<WarmUp> warm_ups(const RatePoints& rates, double peak) {
  if (!rates.rises()) return {WarmUp{}};
  std::vector<WarmUp> found;
  for (const char* shape : {"linear", "cosine"})
    for (const double start : starts(rates))
      if (start < peak) add_lengths(found, lengths(rates, peak, start, shape), start, shape);
  add_counted_from_one(found, rates, peak);
  std::erase_if(found, [](const WarmUp& one) { return one.steps < 1; });
  return found;
}

}  // namespace losscast
