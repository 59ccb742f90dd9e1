#include "fit/log_suspicions.hpp"

#include <algorithm>

#include "fit/anticorrelated_noise.hpp"
#include "losscast/fit/doubts.hpp"

namespace losscast {
namespace {

std::vector<Curve> curves_of(const FitProblem& problem) {
  std::vector<Curve> curves;
  for (const Observations& run : problem.observations) curves.push_back(*run.curve);
  return curves;
}

std::vector<NotSmoothed> find_not_smoothed(const FitProblem& problem, std::span<const double> residuals) {
  std::vector<NotSmoothed> found;
  std::size_t row = 0;
  for (const Observations& run : problem.observations) {
    const std::size_t count = run.steps.size();
    if (run.curve->smoothing > 0 && run.rows == count)
      if (const auto correlation = anticorrelation(residuals.subspan(row, count)))
        found.push_back({run.curve->name, run.curve->smoothing, *correlation});
    row += count;
  }
  return found;
}

bool has_wrong_schedule(const Fit& fit) {
  return std::any_of(fit.disowned.begin(), fit.disowned.end(),
                     [](const DisownedRows& rows) { return rows.kind == DisownedKind::schedule; });
}

}  // namespace

LogSuspicions suspect_logs(const FitProblem& problem, const Fit& fit, std::span<const double> parameters,
                           std::span<const double> residuals, int threads) {
  LogSuspicions out;
  const std::vector<Curve> curves = curves_of(problem);
  out.twins = find_twin_curves(curves);
  out.not_smoothed = find_not_smoothed(problem, residuals);
  const bool misses = misses_a_curve(fit);
  if (misses) out.units = find_unit_slips(curves);
  const bool smoothed =
      std::any_of(curves.begin(), curves.end(), [](const Curve& curve) { return curve.smoothing > 0; });
  // One of these explains the misfit; averages are not looked into beside it.
  if (!out.units.empty() || !out.twins.empty() || !out.not_smoothed.empty() || has_wrong_schedule(fit)) return out;
  if (misses || smoothed) out.averages = find_averaged_logs(problem, parameters, threads);
  return out;
}

}  // namespace losscast
