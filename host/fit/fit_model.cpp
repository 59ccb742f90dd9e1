#include "losscast/fit/fit_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <limits>

#include "fit/check_units.hpp"
#include "fit/coordinates.hpp"
#include "fit/copied_curves.hpp"
#include "fit/data_warnings.hpp"
#include "fit/given_priors.hpp"
#include "fit/identifiability.hpp"
#include "fit/junk_rows.hpp"
#include "fit/limit_growth.hpp"
#include "fit/log_suspicions.hpp"
#include "fit/minimise.hpp"
#include "fit/noise_estimates.hpp"
#include "fit/posterior.hpp"
#include "fit/runs_seen.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/fit/doubts.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/model/check_recipe.hpp"

namespace losscast {
namespace {

std::vector<Minimum> minimise_all(const FitProblem& problem, int threads) {
  const auto all = starts(problem);
  std::vector<Minimum> minima(all.size());
  parallel_for(static_cast<std::int64_t>(all.size()), threads, [&](std::int64_t i) {
    minima[static_cast<std::size_t>(i)] = minimise(problem, all[static_cast<std::size_t>(i)]);
  });
  return minima;
}

std::vector<CurveDiagnostics> diagnose(std::span<const Observations> observations,
                                       std::span<const double> all_residuals) {
  std::vector<CurveDiagnostics> all;
  std::size_t row = 0;
  for (const Observations& one : observations) {
    const std::size_t count = one.steps.size();
    const std::span<const double> residuals = all_residuals.subspan(row, count);
    CurveDiagnostics out{one.curve->name, static_cast<int>(count), one.steps.front()};
    out.rows = static_cast<int>(one.rows);
    for (std::size_t i = 0; i < count; ++i) {
      out.mean_residual += residuals[i] / static_cast<double>(count);
      out.rms_residual += residuals[i] * residuals[i] / static_cast<double>(count);
      out.worst_relative_residual = std::max(out.worst_relative_residual, std::abs(residuals[i]) / one.losses[i]);
    }
    out.rms_residual = std::sqrt(out.rms_residual);
    out.lag1_autocorrelation = lag1_autocorrelation(residuals);
    out.fast_noise = fast_noise(residuals);
    all.push_back(out);
    row += count;
  }
  return all;
}

bool law_is_finite(const FitProblem& problem, const Observations& one, std::span<const double> parameters) {
  std::vector<double> residuals;
  law_residuals(problem, one, parameters, residuals);
  return std::all_of(residuals.begin(), residuals.end(), [](double residual) { return std::isfinite(residual); });
}

// An evaluation of the law and its derivatives is timed: the shortest of a few, as what else the machine does makes
// them only longer. So many of them does a search take, from a start or with a curve left out, in the middle of what
// curves have needed.
double seconds_ahead(const FitProblem& problem, int threads) {
  constexpr double kEvaluations = 40;
  const auto all = starts(problem);
  std::vector<double> residuals, slopes;
  double once = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 3; ++i) {
    const auto began = std::chrono::steady_clock::now();
    law_residuals(problem, all.front(), residuals, &slopes);
    once = std::min(once, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  }
  const auto searches_in_turn = [&](std::size_t count) {
    return std::ceil(static_cast<double>(count) / thread_count(threads));
  };
  return once * kEvaluations * (searches_in_turn(all.size()) + searches_in_turn(problem.observations.size()));
}

// Names the first curve whose law is not finite at any start of the fit.
[[noreturn]] void fail_without_law(const FitProblem& problem) {
  const auto all = starts(problem);
  const auto odd = std::find_if(problem.observations.begin(), problem.observations.end(), [&](const Observations& one) {
    return std::none_of(all.begin(), all.end(), [&](const auto& start) { return law_is_finite(problem, one, start); });
  });
  const Curve& curve = *(odd == problem.observations.end() ? problem.observations.front() : *odd).curve;
  throw InputError(
      "no start of the fit came to a finite law",
      fmt::format("its peak_lr {} does not go with the highest of all, {}, under model {}",
                  number_text(curve.recipe.peak_lr()), number_text(problem.reference.lr), problem.model->name()),
      "check the units of peak_lr")
      .at("curve " + curve.name);
}

void require_enough_points(const FitProblem& problem) {
  const std::size_t known = problem.joint ? problem.joint->coordinates.size() : 0;
  const std::size_t wanted = problem.searched.size() - known;
  if (problem.points() > wanted) return;
  throw InputError(fmt::format("{} logged points after warm-up are too few", problem.points()),
                   fmt::format("model {} has {} parameters", problem.model->name(), wanted), "add points or curves");
}

// The best of the minima from all starts, and in the fit what they agree on.
Minimum search(const FitProblem& problem, int threads, Fit& fit) {
  const std::vector<Minimum> minima = minimise_all(problem, threads);
  const Minimum& best = *std::min_element(minima.begin(), minima.end(),
                                          [](const Minimum& a, const Minimum& b) { return a.cost < b.cost; });
  if (!std::isfinite(best.cost)) fail_without_law(problem);
  fit.cost = best.cost;
  fit.starts = static_cast<int>(minima.size());
  constexpr double kSameMinimum = 1e-3;  // relative
  fit.starts_converged_to_best = static_cast<int>(std::count_if(
      minima.begin(), minima.end(), [&](const Minimum& one) { return one.cost <= best.cost * (1 + kSameMinimum); }));
  return best;
}

// The minimum without junk. Each search makes the law by which junk is found truer, so that it is hardly ever other
// rows the second time.
Minimum search_without_junk(FitProblem& problem, int threads, Fit& fit) {
  constexpr int kRounds = 3;
  Minimum best = search(problem, threads, fit);
  for (int round = 0; round < kRounds && disown_junk(problem, best.parameters); ++round)
    best = search(problem, threads, fit);
  if (take_early_points(problem, best.parameters)) best = search(problem, threads, fit);
  return best;
}

// Where the law meets the runs better than public ones, whose residuals the scale of the objective was chosen for, the
// posterior is narrower by as much.
double scale_of_residuals(double typical) {
  constexpr double kOfPublicRuns = 3.2e-3;  // nats, of fits to 124M runs at several peaks
  constexpr double kSmallest = 0.02;        // losses are logged to 1e-4 nats
  return std::clamp(typical / kOfPublicRuns, kSmallest, 1.0);
}

// Says so if the chains do not agree, or are worth so few independent draws that bands are wrong by a tenth of their
// width.
void warn_of_convergence(Fit& fit) {
  for (const ParameterEstimate& one : fit.parameters) {
    if (one.standard_error == 0) continue;
    if (one.rhat <= kMostRhat && std::min(one.bulk_ess, one.tail_ess) >= kFewestEffectiveDraws) continue;
    fit.warnings.push_back(
        fmt::format("the draws have not converged: {} has R-hat {:.3f} and {:.0f} effective draws ({:.0f} in the "
                    "tails), so bands are rough",
                    one.name, one.rhat, one.bulk_ess, one.tail_ess));
    return;
  }
}

// Means of many rows do not tell the noise of a row: that is of the rows themselves.
void add_noise_of_rows(const FitProblem& problem, std::span<const double> parameters, Noise& noise) {
  FitProblem rows = problem;
  bool any = false;
  for (Observations& run : rows.observations) {
    if (run.rows == run.steps.size()) continue;
    run = some_rows(*run.curve, run.steps.front(), *rows.model, rows.reference);
    any = true;
  }
  if (!any) return;
  std::vector<double> residuals;
  law_residuals(rows, parameters, residuals);
  const Noise of_rows = estimate_noise(rows, parameters, residuals);
  noise.observation_noise = of_rows.observation_noise;
  noise.hill_dimensions = of_rows.hill_dimensions;
}

// The parameters at the minimum, their draws, and what the draws tell of them.
void add_posterior(const FitProblem& problem, std::span<const double> minimum, const FitOptions& options, Fit& fit) {
  Posterior posterior = sample_posterior(problem, minimum, options.seed, options.threads);
  for (std::size_t p = 0; p < problem.parameters.size(); ++p) {
    const ModelParameter& parameter = problem.parameters[p];
    fit.parameters.push_back({.name = std::string(parameter.name),
                              .value = minimum[p],
                              .standard_error = std::sqrt(posterior.covariance[p][p]),
                              .at_bound = at_bound(parameter, minimum[p])});
  }
  for (std::size_t k = 0; k < problem.searched.size(); ++k) {
    ParameterEstimate& estimate = fit.parameters[problem.searched[k]];
    constexpr double kStuck = 1e6;  // stands for infinity, which no file holds
    estimate.rhat = std::min(posterior.diagnostics[k].rhat, kStuck);
    estimate.bulk_ess = posterior.diagnostics[k].bulk_ess;
    estimate.tail_ess = posterior.diagnostics[k].tail_ess;
  }
  fit.covariance = std::move(posterior.covariance);
  for (auto& chain : posterior.chains) std::move(chain.begin(), chain.end(), std::back_inserter(fit.draws));
  fit.seen = ranges_of(runs_seen(problem.observations, options.others));
  fit.warnings = identifiability_warnings(problem, fit, posterior.prior_share, options.others);
  warn_of_convergence(fit);
  if (!posterior.stable)
    fit.warnings.push_back(
        "at the highest LR the fastest hill relaxes within one step, so the draws are not stable under --scheme euler");
}

// Of curves that take no part, as none of their points is fitted.
std::vector<std::string> left_out_warnings(std::span<const Curve> curves, const FitProblem& problem) {
  std::vector<std::string> warnings;
  for (const Curve& curve : curves)
    if (std::ranges::none_of(problem.observations, [&](const Observations& one) { return one.curve == &curve; }))
      warnings.push_back(
          fmt::format("curve {} takes no part in the fit: it has no point from step {} on, where a fit to it begins",
                      curve.name, first_fitted_step(curve)));
  return warnings;
}

}  // namespace

Fit fit_model(std::span<const Curve> curves, const SdeModel& model, const FitOptions& options) {
  if (curves.empty())
    throw InputError("there is no training curve", "a fit needs at least one",
                     "name some with --train, or add them to the manifest");
  check_units(model, curves);
  check_priors(model, options.priors);
  Fit fit;
  fit.copies = find_copies(curves);
  const std::vector<Curve> unlike = without_copies(curves, fit.copies);
  const std::span<const Curve> counted = fit.copies.empty() ? curves : unlike;
  FitProblem problem = make_problem(counted, model, options);
  require_enough_points(problem);
  fit.model = model.name();
  fit.weight_decay = weight_decay_of(curves.front().recipe, curves.front().weight_decay).at(0);
  fit.params = curves.front().params;
  fit.seed = options.seed;

  if (options.before_search) options.before_search(seconds_ahead(problem, options.threads));
  Minimum best = search_without_junk(problem, options.threads, fit);
  if (grow_limit(problem, best, options.threads)) best = search_without_junk(problem, options.threads, fit);
  fit.reference = problem.reference;
  std::vector<double> residuals;
  law_residuals(problem, best.parameters, residuals);
  if (options.narrowed) problem.residual_scale *= scale_of_residuals(typical_residual(problem.observations, residuals));
  add_posterior(problem, best.parameters, options, fit);

  fit.noise = estimate_noise(problem, best.parameters, residuals);
  add_noise_of_rows(problem, best.parameters, fit.noise);
  fit.diagnostics = diagnose(problem.observations, residuals);
  fit.disowned = problem.disowned;
  const LogSuspicions suspicions = suspect_logs(problem, fit, best.parameters, residuals, options.threads);
  std::vector<std::string> warnings;
  // First, as the law can follow no curve then: whatever is said below of curves has this cause.
  if (const auto mixed = mixed_sizes_warning(problem.observations); mixed && options.others.empty())
    warnings.push_back(*mixed);
  for (std::string& warning : left_out_warnings(counted, problem)) warnings.push_back(std::move(warning));
  for (std::string& warning : data_warnings(fit, suspicions)) warnings.push_back(std::move(warning));
  fit.warnings.insert(fit.warnings.begin(), warnings.begin(), warnings.end());
  return fit;
}

std::vector<double> parameter_values(const Fit& fit) {
  std::vector<double> values;
  for (const ParameterEstimate& parameter : fit.parameters) values.push_back(parameter.value);
  return values;
}

std::vector<double> fitted_law(const Fit& fit, const Recipe& recipe, double weight_decay, std::span<const Step> steps) {
  const SdeModel& model = find_model(fit.model);
  check_recipe(model, fit.reference, recipe);
  check_weight_decay(model, recipe, weight_decay);
  const CompressedRun run = compress(model, recipe, fit.reference, weight_decay, steps);
  std::vector<double> values(steps.size());
  model.skeleton(run.table, parameter_values(fit), run.after, values, {});
  return values;
}

std::vector<double> fitted_law(const Fit& fit, const Curve& curve, std::span<const CurvePoint> points) {
  std::vector<Step> steps;
  for (const CurvePoint& point : points) steps.push_back(point.step);
  if (curve.mean_over <= 1) return fitted_law(fit, curve.recipe, curve.weight_decay, steps);
  const LawMeans means = means_until(curve, steps);
  const std::vector<double> law = fitted_law(fit, curve.recipe, curve.weight_decay, means.steps);
  std::vector<double> values(points.size());
  means.average(law, 1, values);
  return values;
}

}  // namespace losscast
