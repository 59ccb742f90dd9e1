#include "features/update_sums.hpp"

#include <cmath>
#include <numbers>

namespace losscast {

namespace {

// The sums of from + slope k over k = 0 ... n - 1.
LrSums linear_sums(double from, double slope, double n) {
  const double k = n * (n - 1) / 2, k_squared = n * (n - 1) * (2 * n - 1) / 6;
  return {n * from + slope * k, n * from * from + 2 * from * slope * k + slope * slope * k_squared};
}

// The sum of cos(start + k angle) over k = 0 ... n - 1, by Dirichlet's kernel. Precondition: angle is no multiple of 2
// pi.
double cosine_sum(double start, double angle, double n) {
  return std::sin(n * angle / 2) / std::sin(angle / 2) * std::cos(start + (n - 1) * angle / 2);
}

LrSums cosine_sums(const Segment& g, double n) {
  const double angle = std::numbers::pi / g.span, start = angle * g.offset;
  const double middle = (g.from + g.to) / 2, half = (g.from - g.to) / 2;
  const double first = cosine_sum(start, angle, n), second = (n + cosine_sum(2 * start, 2 * angle, n)) / 2;
  return {n * middle + half * first, n * middle * middle + 2 * middle * half * first + half * half * second};
}

// The sum of from e^(k rate) over k = 0 ... n - 1.
double geometric_sum(double from, double rate, double n) {
  return rate == 0 ? n * from : from * std::expm1(n * rate) / std::expm1(rate);
}

LrSums exponential_sums(const Segment& g, double n) {
  const double rate = std::log(g.to / g.from) / g.span, from = g.from * std::exp(rate * g.offset);
  return {geometric_sum(from, rate, n), geometric_sum(from * from, 2 * rate, n)};
}

}  // namespace

std::optional<LrSums> closed_lr_sums(const Segment& g, Step updates) {
  constexpr Step kFewest = 16;
  const double n = static_cast<double>(updates);
  if (g.shape == Shape::constant) return LrSums{n * g.from, n * g.from * g.from};
  if (updates < kFewest || g.warp != 1) return std::nullopt;
  const double slope = (g.to - g.from) / g.span;
  if (g.shape == Shape::linear) return linear_sums(g.from + slope * g.offset, slope, n);
  if (g.shape == Shape::cosine) return cosine_sums(g, n);
  if (g.shape == Shape::exponential) return exponential_sums(g, n);
  return std::nullopt;
}

LrSums first_lr_sums(const Schedule& schedule, Step updates) {
  LrSums total;
  for (const Segment& segment : schedule.segments()) {
    const Step end = std::min(segment.end, updates);
    if (segment.begin >= end) break;
    const std::optional<LrSums> closed = closed_lr_sums(segment, end - segment.begin);
    const LrSums sums = closed ? *closed : lr_sums(schedule, segment.begin, end);
    total.a1 += sums.a1;
    total.a2 += sums.a2;
  }
  return total;
}

double first_peak_lr(const Schedule& schedule, Step updates) {
  if (updates == schedule.total_steps()) return schedule.peak_lr();
  double peak = 0;
  for_each_hold(schedule, updates, [&](double lr, double) { peak = std::max(peak, lr); });
  return peak;
}

}  // namespace losscast
