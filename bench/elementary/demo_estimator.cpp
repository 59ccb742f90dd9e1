#include "demo_estimator.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

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

// y and its controls of every unit under each schedule; y less the controls at the given coefficients.
std::vector<Sums> simulate(const DemoProblem& problem, DemoMethod method, const std::vector<Controls>& coefficients,
                           std::int64_t paths, std::uint64_t seed) {
  const bool projected = method == DemoMethod::linear_noise || method == DemoMethod::all;
  const DemoProblem::Paths simulated =
      problem.simulate(paths, seed, is_paired(method) ? Pairing::antithetic : Pairing::independent,
                       projected ? DemoProblem::Projections::on : DemoProblem::Projections::off);
  std::vector<Sums> all(static_cast<std::size_t>(problem.schedules()));
  for (std::size_t s = 0; s < all.size(); ++s) {
    Sums& sums = all[s];
    const std::size_t begin = s * static_cast<std::size_t>(paths);
    for (std::int64_t p = 0; p < paths; p += paths_of_unit(method)) {
      const std::size_t at = begin + static_cast<std::size_t>(p);
      const double first = static_cast<double>(simulated.values[at]);
      double y = is_paired(method) ? (first + static_cast<double>(simulated.values[at + 1])) / 2 : first;
      Controls of;
      if (projected)
        of = controls_of(method, static_cast<double>(simulated.projections[at]) / problem.linear_noise_deviation(s));
      y -= coefficients[s].first * of.first + coefficients[s].second * of.second;
      sums.n += 1;
      sums.y += y;
      sums.yy += y * y;
      sums.c += of.first;
      sums.d += of.second;
      sums.cc += of.first * of.first;
      sums.cd += of.first * of.second;
      sums.dd += of.second * of.second;
      sums.yc += y * of.first;
      sums.yd += y * of.second;
      sums.first += first;
      sums.first_squared += first * first;
    }
  }
  return all;
}

// How many paths a schedule needs, rounded up to one of few sizes, so that schedules of one size share random numbers.
std::int64_t paths_for(double variance, double target, DemoMethod method) {
  const double wanted = kMargin * variance / (target * target) * static_cast<double>(paths_of_unit(method));
  std::int64_t paths = kFewestPaths;
  while (static_cast<double>(paths) < wanted) paths = (paths * 3 / 2 + 15) / 16 * 16;
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
  const std::uint64_t pilot_seed = ~seed;
  std::vector<Controls> coefficients(count);
  std::vector<double> variances(count), reductions(count);
  const std::vector<Sums> pilot = simulate(problem, method, coefficients, kPilotPaths, pilot_seed);
  for (std::size_t s = 0; s < count; ++s) {
    const Sums::Fit fit = pilot[s].fit();
    coefficients[s] = fit.coefficients;
    variances[s] = fit.variance;
  }
  DemoEstimate out;
  out.means.resize(count);
  out.errors.resize(count);
  std::int64_t paths_spent = kPilotPaths * problem.schedules();
  std::vector<std::size_t> missing(count);
  std::iota(missing.begin(), missing.end(), std::size_t{0});
  while (!missing.empty()) {
    std::map<std::int64_t, std::vector<std::size_t>> by_paths;
    for (const std::size_t s : missing) by_paths[paths_for(variances[s], target, method)].push_back(s);
    missing.clear();
    for (const auto& [paths, schedules] : by_paths) {
      std::vector<Controls> of_part;
      for (const std::size_t s : schedules) of_part.push_back(coefficients[s]);
      const std::vector<Sums> part = simulate(problem.part(schedules), method, of_part, paths, seed);
      paths_spent += paths * static_cast<std::int64_t>(schedules.size());
      out.paths = std::max(out.paths, paths);
      for (std::size_t i = 0; i < schedules.size(); ++i) {
        const std::size_t s = schedules[i];
        out.means[s] = part[i].y / part[i].n;
        out.errors[s] = std::sqrt(part[i].variance() / part[i].n);
        reductions[s] = part[i].plain_variance() / part[i].variance() / static_cast<double>(paths_of_unit(method));
        if (out.errors[s] <= target) continue;
        variances[s] = std::max(part[i].variance(), variances[s] * kMargin);
        missing.push_back(s);
      }
    }
  }
  std::nth_element(reductions.begin(), reductions.begin() + static_cast<std::ptrdiff_t>(count / 2), reductions.end());
  out.reduction = reductions[count / 2];
  out.path_steps = static_cast<double>(paths_spent) * static_cast<double>(problem.steps());
  return out;
}

}  // namespace losscast::bench
