#include "fit/averaged_logs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "fit/median.hpp"
#include "fit/minimise.hpp"
#include "fit/objective.hpp"
#include "losscast/base/parallel.hpp"

namespace losscast {
namespace {

struct Average {
  Step mean_over = 0;
  double ema = 0;
};

// Whether a row of the log is one observation, of which it can be asked what it is.
bool is_of_rows(const Observations& run) { return run.rows == run.steps.size() && run.steps.size() >= 3; }

Step usual_spacing(const Observations& run) {
  std::vector<Step> spacings;
  for (std::size_t i = 1; i < run.steps.size(); ++i) spacings.push_back(run.steps[i] - run.steps[i - 1]);
  return median_of(std::move(spacings));
}

LawMeans means_over(const Observations& run, Step updates) {
  std::vector<MeanOf> means;
  for (const Step step : run.steps) means.push_back({{std::max<Step>(0, step - updates), step}});
  return law_means(means, law_borders(run.curve->recipe));
}

// The losses of the rows that the log would be the average of, with this weight; first the average that reading has
// undone is taken again. Both are debiased: y[0] = 0, y[t] = weight y[t - 1] + (1 - weight) x[t], and y[t] / (1 -
// weight^t) was logged.
std::vector<double> unsmoothed(const Curve& curve, double weight) {
  const double said = curve.smoothing;
  double again = 0, again_left = 1, before = 0, left = 1;
  std::vector<double> losses;
  for (const CurvePoint& point : curve.points) {
    again = said * again + (1 - said) * point.loss;
    again_left *= said;
    left *= weight;
    const double average = again / (1 - again_left) * (1 - left);
    losses.push_back((average - weight * before) / (1 - weight));
    before = average;
  }
  return losses;
}

// The run, had its log been such an average.
Observations without_smoothing(Observations run, double weight) {
  const std::vector<CurvePoint>& points = run.curve->points;
  const std::vector<double> losses = unsmoothed(*run.curve, weight);
  for (std::size_t i = 0; i < run.steps.size(); ++i) {
    const auto row = std::lower_bound(points.begin(), points.end(), run.steps[i],
                                      [](const CurvePoint& point, Step step) { return point.step < step; });
    run.losses[i] = losses[static_cast<std::size_t>(row - points.begin())];
  }
  return run;
}

// The problem if these curves were such averages.
FitProblem averaged(const FitProblem& problem, const std::vector<std::size_t>& runs, const Average& average) {
  FitProblem other = problem;
  for (const std::size_t c : runs) {
    Observations& run = other.observations[c];
    if (average.mean_over > 0)
      run = with_means(run, means_over(run, average.mean_over), *problem.model, problem.reference);
    else
      run = without_smoothing(std::move(run), average.ema);
  }
  return other;
}

// Of several runs together.
double rms_of(const FitProblem& problem, const std::vector<std::size_t>& runs, std::span<const double> parameters) {
  double sum = 0;
  std::size_t count = 0;
  std::vector<double> residuals;
  for (const std::size_t c : runs) {
    law_residuals(problem, problem.observations[c], parameters, residuals);
    for (const double residual : residuals) sum += residual * residual;
    count += residuals.size();
  }
  return std::sqrt(sum / static_cast<double>(count));
}

// What the logs of some runs have in common.
struct LoggedAs {
  double said_ema = 0;  // the largest weight of which a smoothing was undone
  bool means = false;   // whether any is said to be means
  Step spacing = 0;     // the largest usual one
  Step longest = 0;
};

LoggedAs logs_of(const FitProblem& problem, const std::vector<std::size_t>& runs) {
  LoggedAs logs;
  for (const std::size_t c : runs) {
    const Observations& run = problem.observations[c];
    logs.said_ema = std::max(logs.said_ema, run.curve->smoothing);
    logs.means = logs.means || run.curve->mean_over > 1;
    logs.spacing = std::max(logs.spacing, usual_spacing(run));
    logs.longest = std::max(logs.longest, run.steps.back());
  }
  return logs;
}

std::vector<Average> averages_to_try(const LoggedAs& logs) {
  constexpr Step kSpacings[] = {1, 2, 5, 10, 20, 50};
  constexpr double kWeights[] = {0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99};
  std::vector<Average> all;
  if (logs.said_ema == 0)
    for (const Step spacings : kSpacings)
      if (3 * spacings * logs.spacing < logs.longest) all.push_back({spacings * logs.spacing, 0});
  if (!logs.means)
    for (const double weight : kWeights) all.push_back({0, weight});
  return all;
}

// The objective at these parameters; infinite where the law is not finite.
double objective_of(const FitProblem& problem, std::span<const double> parameters) {
  std::vector<double> terms;
  if (!objective_terms(problem, to_coordinates(problem, parameters), terms))
    return std::numeric_limits<double>::infinity();
  double sum = 0;
  for (const double term : terms) sum += term * term;
  return sum / 2;
}

struct FoundAverage {
  Average average;
  Minimum minimum;
};

// Searches on from a minimum with averages in place of losses.
FoundAverage best_of(const std::vector<Average>& averages, const FitProblem& problem,
                     const std::vector<std::size_t>& runs, std::span<const double> from, int threads) {
  std::vector<Minimum> minima(averages.size());
  parallel_for(static_cast<std::int64_t>(averages.size()), threads, [&](std::int64_t i) {
    const auto place = static_cast<std::size_t>(i);
    minima[place] = minimise(averaged(problem, runs, averages[place]), {from.begin(), from.end()});
  });
  const auto best = std::min_element(minima.begin(), minima.end(),
                                     [](const Minimum& a, const Minimum& b) { return a.cost < b.cost; });
  return {averages[static_cast<std::size_t>(best - minima.begin())], *best};
}

}  // namespace

std::optional<AveragedLogs> find_averaged_logs(const FitProblem& problem, std::span<const double> parameters,
                                               int threads) {
  constexpr double kMuchBetter = 0.5;
  std::vector<std::size_t> runs;
  for (std::size_t c = 0; c < problem.observations.size(); ++c)
    if (is_of_rows(problem.observations[c])) runs.push_back(c);
  if (runs.empty()) return {};
  const LoggedAs logs = logs_of(problem, runs);
  if (logs.means && logs.said_ema > 0) return {};
  const auto [average, minimum] = best_of(averages_to_try(logs), problem, runs, parameters, threads);
  if (!(minimum.cost <= kMuchBetter * objective_of(problem, parameters))) return {};
  AveragedLogs out{.curves = {}, .mean_over = average.mean_over, .ema = average.ema, .said_ema = logs.said_ema};
  out.rms = rms_of(problem, runs, parameters);
  out.rms_averaged = rms_of(averaged(problem, runs, average), runs, minimum.parameters);
  if (out.rms_averaged > kMuchBetter * out.rms) return {};
  for (const std::size_t c : runs) out.curves.push_back(problem.observations[c].curve->name);
  return out;
}

}  // namespace losscast
