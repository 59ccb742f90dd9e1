#include "bench/elementary/demo_estimator.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

namespace losscast::bench {
namespace {

constexpr std::int64_t kPilotPaths = 128;
constexpr std::int64_t kFewestPaths = 32;
constexpr double kMargin = 1.3;  // more units than the variance asks for, as it is an estimate

bool is_paired(DemoMethod method) { return method == DemoMethod::antithetic || method == DemoMethod::all; }
std::int64_t paths_of_unit(DemoMethod method) { return is_paired(method) ? 2 : 1; }

// Controls of mean 0 from the linear-noise variate x = C / sqrt(E C^2), which is normal: x itself; or, of what
// mirroring leaves, which is even in the noise, the Hermite polynomials of degree 2 and 4.
struct Controls {
  double first = 0, second = 0;
};
Controls controls_of(DemoMethod method, double x) {
  if (method == DemoMethod::linear_noise) return {x, 0};
  if (method == DemoMethod::all) return {x * x - 1, x * x * (x * x - 6) + 3};
  return {};
}

// Sums over the units of one schedule: y what is estimated, c and d its controls.
struct Sums {
  double n = 0, y = 0, yy = 0, c = 0, d = 0, cc = 0, cd = 0, dd = 0, yc = 0, yd = 0, first = 0, first_squared = 0;

  double variance() const { return std::max(0.0, yy - y * y / n) / (n - 1); }
  double error() const { return std::sqrt(variance() / n); }
  double plain_variance() const { return (first_squared - first * first / n) / (n - 1); }

  // Of the least-squares fit of y to the controls, and the variance that it leaves.
  struct Fit {
    Controls coefficients;
    double variance;
  };
  Fit fit() const {
    const double scc = cc - c * c / n, sdd = dd - d * d / n, scd = cd - c * d / n;
    const double syc = yc - y * c / n, syd = yd - y * d / n, syy = yy - y * y / n;
    Controls b;
    const double determinant = scc * sdd - scd * scd;
    if (determinant > 0) {
      b = {(syc * sdd - syd * scd) / determinant, (syd * scc - syc * scd) / determinant};
    } else if (scc > 0) {
      b = {syc / scc, 0};
    }
    return {b, std::max(0.0, syy - b.first * syc - b.second * syd) / (n - 3)};
  }
};

struct PathRange {
  std::int64_t begin, end;
};

// Adds the units of some paths, under each of some schedules: y, less the controls at the given coefficients, and
// those.
void simulate(const DemoProblem& problem, DemoMethod method, std::span<const std::size_t> schedules,
              const std::vector<Controls>& coefficients, const PathRange& paths, std::uint64_t seed,
              std::vector<Sums>& sums_of_all) {
  const bool projected = method == DemoMethod::linear_noise || method == DemoMethod::all;
  const std::int64_t count = paths.end - paths.begin;
  const DemoProblem::Paths simulated = problem.part(schedules).simulate(
      paths.begin, count, seed, is_paired(method) ? Pairing::antithetic : Pairing::independent,
      projected ? DemoProblem::Projections::on : DemoProblem::Projections::off);
  for (std::size_t i = 0; i < schedules.size(); ++i) {
    const std::size_t s = schedules[i];
    Sums& sums = sums_of_all[s];
    for (std::int64_t p = 0; p < count; p += paths_of_unit(method)) {
      const std::size_t at = i * static_cast<std::size_t>(count) + static_cast<std::size_t>(p);
      const double first = static_cast<double>(simulated.values[at]);
      double y = is_paired(method) ? (first + static_cast<double>(simulated.values[at + 1])) / 2 : first;
      Controls control;
      if (projected)
        control =
            controls_of(method, static_cast<double>(simulated.projections[at]) / problem.linear_noise_deviation(s));
      y -= coefficients[s].first * control.first + coefficients[s].second * control.second;
      sums.n += 1;
      sums.y += y;
      sums.yy += y * y;
      sums.c += control.first;
      sums.d += control.second;
      sums.cc += control.first * control.first;
      sums.cd += control.first * control.second;
      sums.dd += control.second * control.second;
      sums.yc += y * control.first;
      sums.yd += y * control.second;
      sums.first += first;
      sums.first_squared += first * first;
    }
  }
}

// How many paths a schedule needs, rounded up to one of few sizes.
std::int64_t paths_for(double variance, double target, DemoMethod method) {
  const double wanted = kMargin * variance / (target * target) * static_cast<double>(paths_of_unit(method));
  std::int64_t paths = kFewestPaths;
  while (static_cast<double>(paths) < wanted) paths *= 2;
  return paths;
}

}  // namespace

const char* demo_method_name(DemoMethod method) {
  switch (method) {
    case DemoMethod::plain:
      return "plain";
    case DemoMethod::antithetic:
      return "antithetic";
    case DemoMethod::linear_noise:
      return "linear-noise variate";
    case DemoMethod::all:
      return "all levers";
  }
  return "unknown";
}

DemoEstimate estimate_demo(const DemoProblem& problem, DemoMethod method, double target, std::uint64_t seed) {
  const auto count = static_cast<std::size_t>(problem.schedules());
  std::vector<std::size_t> every(count);
  std::iota(every.begin(), every.end(), std::size_t{0});

  const std::uint64_t pilot_seed = ~seed;
  std::vector<Controls> coefficients(count);
  std::vector<Sums> pilot(count);
  simulate(problem, method, every, coefficients, {0, kPilotPaths}, pilot_seed, pilot);
  std::vector<std::int64_t> wanted(count);
  for (std::size_t s = 0; s < count; ++s) {
    const Sums::Fit fit = pilot[s].fit();
    coefficients[s] = fit.coefficients;
    wanted[s] = paths_for(fit.variance, target, method);
  }

  // Range after range of paths, each under all schedules that want so many, which share its random numbers.
  DemoEstimate out;
  std::int64_t paths_spent = kPilotPaths * problem.schedules();
  std::vector<Sums> all(count);
  for (PathRange range{0, kFewestPaths};; range = {range.end, 2 * range.end}) {
    std::vector<std::size_t> schedules;
    for (const std::size_t s : every) {
      const bool is_short = all[s].n > 0 && range.begin == wanted[s] && all[s].error() > target;
      if (is_short) wanted[s] = range.end;
      if (wanted[s] >= range.end) schedules.push_back(s);
    }
    if (schedules.empty()) break;
    simulate(problem, method, schedules, coefficients, range, seed, all);
    paths_spent += (range.end - range.begin) * static_cast<std::int64_t>(schedules.size());
    out.paths = range.end;
  }

  std::vector<double> reductions;
  for (const Sums& one : all) {
    out.means.push_back(one.y / one.n);
    out.errors.push_back(one.error());
    reductions.push_back(one.plain_variance() / one.variance() / static_cast<double>(paths_of_unit(method)));
  }
  const auto middle = reductions.begin() + static_cast<std::ptrdiff_t>(count / 2);
  std::nth_element(reductions.begin(), middle, reductions.end());
  out.reduction = *middle;
  out.path_steps = static_cast<double>(paths_spent) * static_cast<double>(problem.steps());
  return out;
}

}  // namespace losscast::bench
