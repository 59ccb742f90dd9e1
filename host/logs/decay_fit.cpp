#include "logs/decay_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>

namespace losscast {

namespace {

struct ShapedPoint {
  double g, lr, tolerance;
};

// A fit is made so often that it should not allocate memory.
struct ShapedPoints {
  std::array<ShapedPoint, kMostFitted> room;
  std::size_t count;

  std::span<const ShapedPoint> all() const { return std::span(room).first(count); }
};

ShapedPoints shaped_points(const RatePoints& rates, double start, const std::function<double(double)>& g,
                           std::size_t most) {
  const auto& all = rates.points;
  const auto begin = std::ranges::lower_bound(all, start, {}, &RatePoint::step);
  const std::span<const RatePoint> points(begin, all.end());
  ShapedPoints shaped;
  shaped.count = std::min({points.size(), most, kMostFitted});
  for (std::size_t i = 0; i < shaped.count; ++i) {
    const RatePoint& point = points[shaped.count == 1 ? 0 : i * (points.size() - 1) / (shaped.count - 1)];
    shaped.room[i] = {g(point.step), point.lr, point.tolerance};
  }
  return shaped;
}

// Sums of the normal equations in peak and final rate, with tolerances for the unit: a rate is g peak + (1 - g) final.
struct Sums {
  double pp = 0, pf = 0, ff = 0, py = 0, fy = 0, count = 0;
};

Sums sums_of(std::span<const ShapedPoint> points) {
  Sums sums;
  for (const ShapedPoint& point : points) {
    const double weight = 1 / point.tolerance, p = weight * point.g, f = weight * (1 - point.g);
    sums.pp += p * p;
    sums.pf += p * f;
    sums.ff += f * f;
    sums.py += p * weight * point.lr;
    sums.fy += f * weight * point.lr;
    ++sums.count;
  }
  return sums;
}

// Errors of a unit at most move an estimate of variance v by at most sqrt(v n), n being the number of rates.
DecayFit solve(const Sums& sums, const KnownRates& known) {
  const auto error = [&](double variance) { return std::sqrt(std::max(variance, 0.0) * sums.count); };
  if (known.peak && known.final_lr) return {*known.peak, *known.final_lr, 0, 0, 0};
  if (known.peak) return {*known.peak, (sums.fy - sums.pf * *known.peak) / sums.ff, 0, error(1 / sums.ff), 0};
  if (known.final_lr)
    return {(sums.py - sums.pf * *known.final_lr) / sums.pp, *known.final_lr, error(1 / sums.pp), 0, 0};
  const double determinant = sums.pp * sums.ff - sums.pf * sums.pf;
  return {(sums.py * sums.ff - sums.fy * sums.pf) / determinant, (sums.fy * sums.pp - sums.py * sums.pf) / determinant,
          error(sums.ff / determinant), error(sums.pp / determinant), 0};
}

}  // namespace

double DecayShape::g(double z) const {
  switch (law) {
    case Law::cosine:
      return (1 + std::cos(std::numbers::pi * z)) / 2;
    case Law::sqrt:
      return 1 - std::sqrt(z);
    case Law::power:
      return std::pow(1 - z, exponent);
    case Law::linear:
      break;
  }
  return 1 - z;
}

const char* DecayShape::word() const {
  constexpr const char* kWords[] = {"linear", "cosine", "sqrt", "power"};
  return kWords[static_cast<std::size_t>(law)];
}

std::optional<DecayFit> fit_decay(const RatePoints& rates, double start, const std::function<double(double)>& g,
                                  const KnownRates& known, std::size_t most) {
  const ShapedPoints shaped = shaped_points(rates, start, g, most);
  const std::span<const ShapedPoint> points = shaped.all();
  if (points.size() < 2) return std::nullopt;
  DecayFit fit = solve(sums_of(points), known);
  if (!std::isfinite(fit.peak) || !std::isfinite(fit.final_lr)) return std::nullopt;
  for (const ShapedPoint& point : points) {
    const double distance = std::abs(point.g * fit.peak + (1 - point.g) * fit.final_lr - point.lr);
    fit.worst = std::max(fit.worst, distance / point.tolerance);
  }
  return fit;
}

}  // namespace losscast
