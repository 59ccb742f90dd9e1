#include "losscast/fit/fit_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "fit/check_units.hpp"
#include "fit/coordinates.hpp"
#include "fit/identifiability.hpp"
#include "fit/minimise.hpp"
#include "fit/misfit.hpp"
#include "fit/noise_estimates.hpp"
#include "fit/posterior.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/model/check_recipe.hpp"

namespace losscast {
namespace {

double largest_peak(std::span<const Curve> curves) {
  double peak = 0;
  for (const Curve& curve : curves) peak = std::max(peak, curve.recipe.peak_lr());
  return peak;
}

std::vector<Minimum> minimise_all(const SdeModel& model, std::span<const Observations> observations, int threads) {
  const auto all = starts(model);
  std::vector<Minimum> minima(all.size());
  parallel_for(static_cast<std::int64_t>(all.size()), threads, [&](std::int64_t i) {
    minima[static_cast<std::size_t>(i)] = minimise(model, observations, all[static_cast<std::size_t>(i)]);
  });
  return minima;
}

bool at_bound(const ModelParameter& parameter, double value) {
  const double lower = to_coordinate(parameter, parameter.lower), upper = to_coordinate(parameter, parameter.upper);
  const double near = 1e-4 * (upper - lower);
  const double place = to_coordinate(parameter, value);
  return place - lower < near || upper - place < near;
}

// How far a run was observed: to its end, if it was logged nearly that far (evaluations seldom fall on the last step).
Step observed_steps(const Observations& one) {
  constexpr double kNearly = 0.95;
  const Step total = one.curve->recipe.total_steps();
  const Step last = one.steps.back();
  return static_cast<double>(last) >= kNearly * static_cast<double>(total) ? total : last;
}

RangesSeen ranges_of(std::span<const Observations> observations) {
  RangesSeen seen;
  for (const Observations& one : observations) {
    const double peak = one.curve->recipe.peak_lr();
    const Step steps = observed_steps(one);
    const bool first = seen.peak_lr_max == 0;
    seen.peak_lr_min = first ? peak : std::min(seen.peak_lr_min, peak);
    seen.peak_lr_max = std::max(seen.peak_lr_max, peak);
    seen.total_steps_min = first ? steps : std::min(seen.total_steps_min, steps);
    seen.total_steps_max = std::max(seen.total_steps_max, steps);
    if (!one.curve->params) continue;
    seen.params_min = std::min(seen.params_min.value_or(*one.curve->params), *one.curve->params);
    seen.params_max = std::max(seen.params_max.value_or(*one.curve->params), *one.curve->params);
  }
  return seen;
}

std::vector<CurveDiagnostics> diagnose(std::span<const Observations> observations,
                                       std::span<const double> log_residuals) {
  std::vector<CurveDiagnostics> all;
  std::size_t row = 0;
  for (const Observations& one : observations) {
    const std::size_t count = one.steps.size();
    std::vector<double> residuals(count);
    CurveDiagnostics out{one.curve->name, static_cast<int>(count)};
    for (std::size_t i = 0; i < count; ++i) {
      residuals[i] = one.losses[i] * (1 - std::exp(-log_residuals[row + i]));
      out.mean_residual += residuals[i] / static_cast<double>(count);
      out.rms_residual += residuals[i] * residuals[i] / static_cast<double>(count);
      out.worst_relative_residual = std::max(out.worst_relative_residual, std::abs(residuals[i]) / one.losses[i]);
    }
    out.rms_residual = std::sqrt(out.rms_residual);
    out.lag1_autocorrelation = lag1_autocorrelation(residuals);
    all.push_back(out);
    row += count;
  }
  return all;
}

bool law_is_finite(const SdeModel& model, const Observations& one, std::span<const double> parameters) {
  std::vector<double> residuals;
  log_residuals(model, {&one, 1}, parameters, residuals, nullptr);
  return std::all_of(residuals.begin(), residuals.end(), [](double residual) { return std::isfinite(residual); });
}

// An evaluation of the law and its derivatives is timed: the shortest of a few, as what else the machine does makes
// them only longer. So many of them does a search take, from a start or with a curve left out, in the middle of what
// curves have needed.
double seconds_ahead(const SdeModel& model, std::span<const Observations> observations, int threads) {
  constexpr double kEvaluations = 40;
  const auto all = starts(model);
  std::vector<double> residuals, slopes;
  double once = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 3; ++i) {
    const auto began = std::chrono::steady_clock::now();
    log_residuals(model, observations, all.front(), residuals, &slopes);
    once = std::min(once, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  }
  const auto searches_in_turn = [&](std::size_t count) {
    return std::ceil(static_cast<double>(count) / thread_count(threads));
  };
  return once * kEvaluations * (searches_in_turn(all.size()) + searches_in_turn(observations.size()));
}

// Names the first curve whose law is not finite at any start of the fit.
[[noreturn]] void fail_without_law(const SdeModel& model, std::span<const Observations> observations, double ref_lr) {
  const auto all = starts(model);
  const auto odd = std::find_if(observations.begin(), observations.end(), [&](const Observations& one) {
    return std::none_of(all.begin(), all.end(), [&](const auto& start) { return law_is_finite(model, one, start); });
  });
  const Curve& curve = *(odd == observations.end() ? observations.front() : *odd).curve;
  throw InputError("no start of the fit came to a finite law",
                   fmt::format("its peak_lr {} does not go with the reference LR, {}, under model {}",
                               number_text(curve.recipe.peak_lr()), number_text(ref_lr), model.name()),
                   "check the units of peak_lr and of --ref-lr")
      .at("curve " + curve.name);
}

}  // namespace

Fit fit_model(std::span<const Curve> curves, const SdeModel& model, const FitOptions& options) {
  if (curves.empty())
    throw InputError("there is no training curve", "a fit needs at least one",
                     "name some with --train, or add them to the manifest");
  check_units(model, curves);
  Fit fit;
  fit.model = model.name();
  fit.ref_lr = options.ref_lr.value_or(largest_peak(curves));
  if (!(fit.ref_lr > 0))
    throw InputError("the reference LR is not above zero", "it is the clock's unit",
                     "give --ref-lr, or a run with a positive LR");
  fit.weight_decay = weight_decay_of(curves.front().recipe, curves.front().weight_decay).at(0);
  fit.params = curves.front().params;

  const std::vector<Observations> observations = observe(curves, model, fit.ref_lr);
  std::size_t points = 0;
  for (const Observations& one : observations) points += one.steps.size();
  const std::size_t n = model.parameters().size();
  if (points <= n)
    throw InputError(fmt::format("{} logged points after warm-up are too few", points),
                     fmt::format("model {} has {} parameters", model.name(), n), "add points or curves");

  if (options.before_search) options.before_search(seconds_ahead(model, observations, options.threads));

  const std::vector<Minimum> minima = minimise_all(model, observations, options.threads);
  const Minimum& best = *std::min_element(minima.begin(), minima.end(),
                                          [](const Minimum& a, const Minimum& b) { return a.cost < b.cost; });
  if (!std::isfinite(best.cost)) fail_without_law(model, observations, fit.ref_lr);
  fit.cost = best.cost;
  fit.starts = static_cast<int>(minima.size());
  constexpr double kSameMinimum = 1e-3;  // relative
  fit.starts_converged_to_best = static_cast<int>(std::count_if(
      minima.begin(), minima.end(), [&](const Minimum& one) { return one.cost <= best.cost * (1 + kSameMinimum); }));

  fit.misfit_widening = misfit_widening(model, observations, best.parameters, options.threads);
  Posterior posterior = laplace_posterior(model, observations, best.parameters, fit.misfit_widening, Fit::kDraws);
  for (std::size_t p = 0; p < n; ++p) {
    const ModelParameter& parameter = model.parameters()[p];
    fit.parameters.push_back({std::string(parameter.name), best.parameters[p], std::sqrt(posterior.covariance[p][p]),
                              at_bound(parameter, best.parameters[p])});
  }
  fit.covariance = std::move(posterior.covariance);
  fit.draws = std::move(posterior.draws);

  std::vector<double> residuals;
  log_residuals(model, observations, best.parameters, residuals, nullptr);
  fit.noise = estimate_noise(model, observations, best.parameters, residuals);
  fit.seen = ranges_of(observations);
  fit.diagnostics = diagnose(observations, residuals);
  fit.warnings = identifiability_warnings(model, observations, fit, posterior.prior_share);
  if (!posterior.stable)
    fit.warnings.push_back(
        "at the highest LR the fastest hill relaxes within one step, so the draws are not stable under --scheme euler");
  return fit;
}

std::vector<double> parameter_values(const Fit& fit) {
  std::vector<double> values;
  for (const ParameterEstimate& parameter : fit.parameters) values.push_back(parameter.value);
  return values;
}

std::vector<double> fitted_law(const Fit& fit, const Recipe& recipe, double weight_decay, std::span<const Step> steps) {
  const SdeModel& model = find_model(fit.model);
  check_recipe(model, recipe);
  check_weight_decay(model, recipe, weight_decay);
  const auto parameters = parameter_values(fit);
  const CompressedRun run = compress(model, recipe, fit.ref_lr, weight_decay, steps);
  std::vector<double> values(steps.size()), jacobian(steps.size() * parameters.size());
  model.skeleton(run.table, parameters, run.after, values, jacobian);
  return values;
}

}  // namespace losscast
