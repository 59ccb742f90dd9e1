#include "demo_estimator.hpp"

#include <algorithm>
#include <cmath>

namespace losscast::bench {
namespace {

constexpr std::int64_t kPilotPaths = 64;
constexpr double kMargin = 1.15;  // more units than the pilot asks for, whose variances are estimates

struct Control {
  double coefficient = 0, mean = 0;
};

// Sums over the units of one schedule: y what is estimated, c the control.
struct Sums {
  double y = 0, yy = 0, c = 0, cc = 0, yc = 0, first = 0, first_squared = 0;
  std::int64_t units = 0;

  double variance() const { return std::max(0.0, yy - y * y / count()) / (count() - 1); }
  double plain_variance() const { return (first_squared - first * first / count()) / (count() - 1); }
  double coefficient() const {
    const double spread = cc - c * c / count();
    return spread > 0 ? (yc - y * c / count()) / spread : 0;
  }
  double count() const { return static_cast<double>(units); }
};

class Estimator {
 public:
  Estimator(const DemoProblem& problem, DemoMethod method)
      : problem_(problem), method_(method), controls_(static_cast<std::size_t>(problem.schedules())) {
    if (!has_control()) return;
    weights_ = problem.linear_noise_weights();
    const auto steps = static_cast<std::size_t>(problem.steps());
    for (std::size_t s = 0; s < controls_.size() && method_ == DemoMethod::all; ++s)
      for (std::size_t i = 0; i < steps; ++i)
        controls_[s].mean +=
            static_cast<double>(weights_[s * steps + i]) * static_cast<double>(weights_[s * steps + i]);
  }

  std::int64_t paths_of_unit() const { return is_paired() ? 2 : 1; }

  // Over all paths, of v less the control at its present coefficient.
  std::vector<Sums> simulate(std::int64_t paths, std::uint64_t seed) const {
    const DemoProblem::Paths simulated =
        problem_.simulate(paths, seed, is_paired() ? Pairing::antithetic : Pairing::independent, weights_);
    std::vector<Sums> all(controls_.size());
    for (std::size_t s = 0; s < all.size(); ++s) {
      const std::size_t begin = s * static_cast<std::size_t>(paths);
      for (std::int64_t p = 0; p < paths; p += paths_of_unit())
        add(simulated, begin + static_cast<std::size_t>(p), s, all[s]);
    }
    return all;
  }

  void learn(const std::vector<Sums>& pilot) {
    for (std::size_t s = 0; s < controls_.size() && has_control(); ++s)
      controls_[s].coefficient += pilot[s].coefficient();
  }

 private:
  bool is_paired() const { return method_ == DemoMethod::antithetic || method_ == DemoMethod::all; }
  bool has_control() const { return method_ == DemoMethod::linear_noise || method_ == DemoMethod::all; }

  void add(const DemoProblem::Paths& simulated, std::size_t at, std::size_t schedule, Sums& sums) const {
    const double first = static_cast<double>(simulated.values[at]);
    double y = is_paired() ? (first + static_cast<double>(simulated.values[at + 1])) / 2 : first;
    double c = 0;
    if (has_control()) {
      const double projection = static_cast<double>(simulated.projections[at]);
      c = (is_paired() ? projection * projection : projection) - controls_[schedule].mean;
      y -= controls_[schedule].coefficient * c;
    }
    sums.y += y;
    sums.yy += y * y;
    sums.c += c;
    sums.cc += c * c;
    sums.yc += y * c;
    sums.first += first;
    sums.first_squared += first * first;
    ++sums.units;
  }

  const DemoProblem& problem_;
  DemoMethod method_;
  std::vector<float> weights_;
  std::vector<Control> controls_;
};

double largest_variance(const std::vector<Sums>& all) {
  double largest = 0;
  for (const Sums& one : all) largest = std::max(largest, one.variance());
  return largest;
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
  Estimator estimator(problem, method);
  const std::uint64_t pilot_seed = ~seed;
  std::vector<Sums> all = estimator.simulate(kPilotPaths, pilot_seed);
  estimator.learn(all);
  // With the coefficients known, the variance that is left: y - b c is what learn() leaves.
  double variance = 0;
  for (const Sums& one : all) {
    const double spread = one.cc - one.c * one.c / one.count();
    const double explained = one.coefficient() * one.coefficient() * spread / (one.count() - 1);
    variance = std::max(variance, one.variance() - explained);
  }
  DemoEstimate out;
  std::int64_t spent = kPilotPaths;
  for (double error = INFINITY; error > target;) {
    const double units = kMargin * variance / (target * target);
    constexpr double kTile = kCpuTilePaths;
    out.paths = static_cast<std::int64_t>(
        std::ceil(std::max(units * static_cast<double>(estimator.paths_of_unit()), 2 * kTile) / kTile) * kTile);
    all = estimator.simulate(out.paths, seed);
    spent += out.paths;
    variance = std::max(variance * kMargin, largest_variance(all));
    error = std::sqrt(largest_variance(all) / all.front().count());
  }
  std::vector<double> reductions;
  for (const Sums& one : all) {
    out.means.push_back(one.y / one.count());
    out.errors.push_back(std::sqrt(one.variance() / one.count()));
    reductions.push_back(one.plain_variance() / one.variance() / static_cast<double>(estimator.paths_of_unit()));
  }
  std::nth_element(reductions.begin(), reductions.begin() + static_cast<std::ptrdiff_t>(reductions.size() / 2),
                   reductions.end());
  out.reduction = reductions[reductions.size() / 2];
  out.paths = spent;
  out.path_steps = static_cast<double>(spent) * problem.schedules() * static_cast<double>(problem.steps());
  return out;
}

}  // namespace losscast::bench
