#include "losscast/features/double_well.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "losscast/base/contract.hpp"
#include "losscast/features/relaxation.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"

namespace losscast {

namespace {

// f(x)/T.
double relative_height(const DoubleWell& well, double x, double lr) {
  const double relative = x / well.minimum(), rest = 1 - relative * relative;
  return well.barrier_scale() / lr * rest * rest;
}

// Calls passed(update) for each passage of a path; it returns whether the path goes on, from the left minimum.
template <class Passed>
void simulate_path(const DoubleWell& well, const Schedule& schedule, std::int64_t path, std::uint64_t seed,
                   const Passed& passed) {
  constexpr std::size_t kNormals = 4;
  std::array<double, 1024> rates;
  const double deviation = std::sqrt(well.noise), end = well.minimum();
  double x = -end;
  for (Step first = 0; first < schedule.total_steps(); first += static_cast<Step>(rates.size())) {
    const auto count =
        static_cast<std::size_t>(std::min(schedule.total_steps() - first, static_cast<Step>(rates.size())));
    schedule.fill(first, {rates.data(), count});
    float normals[kNormals] = {};
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t which = i % kNormals;
      if (which == 0)
        normals4(random_bits(seed, Stream::escape, static_cast<std::uint64_t>(path),
                             static_cast<std::uint32_t>((static_cast<std::size_t>(first) + i) / kNormals), 0),
                 normals);
      x += rates[i] * (deviation * static_cast<double>(normals[which]) - well.slope(x));
      if (x < end) continue;
      if (!passed()) return;
      x = -end;
    }
  }
}

}  // namespace

double DoubleWell::minimum() const { return std::sqrt(8 * barrier / curvature); }

double DoubleWell::slope(double x) const {
  const double relative = x * x * curvature / (8 * barrier);
  return -curvature / 2 * x * (1 - relative);
}

double DoubleWell::barrier_scale() const { return 2 * barrier / noise; }

double DoubleWell::attempt_rate() const { return curvature / (2 * std::numbers::pi * std::numbers::sqrt2); }

double kramers_rate(const DoubleWell& well, double lr) {
  LOSSCAST_EXPECTS(lr > 0);
  return well.attempt_rate() * lr * std::exp(-well.barrier_scale() / lr);
}

double diffusion_rate(const DoubleWell& well, double lr) {
  LOSSCAST_EXPECTS(lr > 0 && well.barrier_scale() <= 500 * lr);
  // Simpson's rule in y, and in z along with it. Left of -3 w the inner integrand is below exp(-64 c/eta) of its top.
  constexpr int kParts = 20'000;
  const double w = well.minimum(), temperature = lr * well.noise / 2, step = 4 * w / kParts;
  const auto weight = [&](double z) { return std::exp(-relative_height(well, z, lr)); };
  double inside = 0, total = 0;
  for (int i = 0; i < kParts; ++i) {
    const double z = -3 * w + i * step;
    const double half = inside + step / 24 * (5 * weight(z) + 8 * weight(z + step / 2) - weight(z + step));
    const double whole = inside + step / 6 * (weight(z) + 4 * weight(z + step / 2) + weight(z + step));
    if (2 * i >= kParts)  // y from -w on
      total += step / 6 * (inside / weight(z) + 4 * half / weight(z + step / 2) + whole / weight(z + step));
    inside = whole;
  }
  return lr * temperature / total;
}

double sgd_rate(const DoubleWell& well, double lr) {
  LOSSCAST_EXPECTS(1e-4 <= well.curvature * lr && well.curvature * lr <= .5 && well.barrier_scale() <= 20 * lr);
  // Nystroem's method. Of a normal kernel the trapezium rule is exact to the last digits at half a deviation. Left of
  // the grid, six deviations of a run at the minimum away, next to nothing happens.
  const double w = well.minimum(), deviation = lr * std::sqrt(well.noise),
               spread = std::sqrt(lr / well.curvature * well.noise);
  const double from = -w - 6 * spread;
  const auto points = static_cast<Eigen::Index>(std::ceil((w - from) / (deviation / 2))) + 1;
  const double step = (w - from) / static_cast<double>(points - 1);
  Eigen::MatrixXd system(points, points);
  for (Eigen::Index i = 0; i < points; ++i) {
    const double x = from + static_cast<double>(i) * step, centre = x - lr * well.slope(x);
    for (Eigen::Index j = 0; j < points; ++j) {
      const double z = (from + static_cast<double>(j) * step - centre) / deviation;
      const double end = j == points - 1 ? .5 : 1;
      system(i, j) = (i == j) - end * step / deviation * std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
    }
  }
  const Eigen::VectorXd updates = system.partialPivLu().solve(Eigen::VectorXd::Ones(points));
  const double place = (-w - from) / step;
  const auto left = static_cast<Eigen::Index>(place);
  const double part = place - static_cast<double>(left);
  return 1 / ((1 - part) * updates[left] + part * updates[left + 1]);
}

PassageCount simulate_passages(const DoubleWell& well, const Schedule& schedule, std::int64_t paths,
                               std::uint64_t seed) {
  PassageCount count = {0, paths * schedule.total_steps()};
  for (std::int64_t path = 0; path < paths; ++path)
    simulate_path(well, schedule, path, seed, [&] {
      ++count.passages;
      return true;
    });
  return count;
}

double simulate_escaped_share(const DoubleWell& well, const Schedule& schedule, std::int64_t paths,
                              std::uint64_t seed) {
  std::int64_t escaped = 0;
  for (std::int64_t path = 0; path < paths; ++path)
    simulate_path(well, schedule, path, seed, [&] {
      ++escaped;
      return false;
    });
  return static_cast<double>(escaped) / static_cast<double>(paths);
}

double kramers_escaped_share(const DoubleWell& well, const Schedule& schedule) {
  const double log_exposure = log_barrier_exposure(schedule, schedule.total_steps(), well.barrier_scale());
  return -std::expm1(-well.attempt_rate() * std::exp(log_exposure));
}

}  // namespace losscast
