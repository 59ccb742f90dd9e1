// `losscast score`: a fit against measured curves.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/cost_on_screen.hpp"
#include "cli/curve_choice.hpp"
#include "cli/finite_result.hpp"
#include "cli/fit_input.hpp"
#include "cli/forecast_text.hpp"
#include "cli/lost_paths.hpp"
#include "cli/output.hpp"
#include "cli/reading_report.hpp"
#include "cli/shared_flags.hpp"
#include "cli/spikes_input.hpp"
#include "cli/text_table.hpp"
#include "cli/trust_text.hpp"
#include "io/results_json.hpp"
#include "losscast/base/error.hpp"
#include "losscast/engine/cost.hpp"
#include "losscast/engine/ensemble.hpp"
#include "losscast/fit/doubts.hpp"
#include "losscast/fit/end_law.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/fit/score.hpp"
#include "losscast/io/manifest.hpp"
#include "losscast/model/check_recipe.hpp"
#include "losscast/schedule/warmup.hpp"
#include "losscast/text/listing.hpp"

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kPathsWithSpikes = 4096;  // the law of the end knows of none

struct ScoredCurve {
  std::string name;
  Score score;          // of the fitted law
  CurvePoint last;      // measured
  Statistics forecast;  // of one logged point at that step: mean, standard error, q05, q95 and status
  std::vector<std::string> extrapolations;
  std::vector<std::string> far_extrapolations;
  std::int64_t paths;  // simulated
  Performance performance;
};

Score score_of_law(const Fit& fit, const Curve& curve) {
  const Step first = std::max<Step>(1, warmup_end(curve.recipe.schedule));
  std::vector<CurvePoint> points;
  std::vector<double> measured;
  for (const CurvePoint& point : curve.points) {
    if (point.step < first) continue;
    points.push_back(point);
    measured.push_back(point.loss);
  }
  if (points.empty())
    throw InputError(fmt::format("curve \"{}\" has no point from step {} on", curve.name, first),
                     "scores leave the warm-up out", "leave it out with --curves")
        .at(curve.file.string());
  return score(measured, fitted_law(fit, curve, points));
}

// What is printed of a curve is numbers.
void check_numbers(const ScoredCurve& curve) {
  const Score& score = curve.score;
  for (const double metric : {score.r2, score.mae, score.rmse, score.pred_e, score.worst_e})
    require_finite(metric, fmt::format("the fitted law of curve {}", curve.name));
  require_numbers(curve.forecast, fmt::format("the final loss of curve {}", curve.name));
}

// The work of one of several curves, and how much longer all of them take, as their steps have it.
struct Share {
  double curves = 1, steps = 1;
};

void report_cost_of_all(const LossSde& sde, const EnsembleRequest& request, const Execution& execution,
                        const EnsembleWork& work, const Share& all) {
  report_cost(all.steps * seconds_ahead(sde, request, execution, work),
              fmt::format("{} curves, the first with {}", all.curves, work_text(work)));
}

void simulate_last(const LossSde& sde, const Curve& curve, EnsembleRequest request, const Execution& execution,
                   const Share* all, ScoredCurve& scored) {
  request.recipes = {curve.recipe};
  request.record_steps = {scored.last.step};
  const EnsembleResult result = losscast::run(sde, request, execution, [&](const EnsembleWork& work) {
    if (all != nullptr) report_cost_of_all(sde, request, execution, work, *all);
  });
  scored.forecast = result.statistics.front().front();
  scored.performance = result.performance;
  require_numbers(result.step_error);
}

Statistics forecast_of_law(const LossSde& sde, const Curve& curve, Step step, int threads) {
  const LossForecast law = forecast_at(sde, curve.recipe, step, threads);
  Statistics forecast;
  forecast.mean = law.mean;
  forecast.standard_error = law.posterior_error;  // nothing is simulated
  forecast.q05 = law.q05;
  forecast.q95 = law.q95;
  return forecast;
}

// From a loss at the last step to what the curve measured there: a mean over the steps before, perhaps.
void shift_to_measured(const Fit& fit, const Curve& curve, ScoredCurve& scored) {
  if (curve.mean_over <= 1) return;
  const Step steps[] = {scored.last.step};
  const double shift = fitted_law(fit, curve, {&scored.last, 1}).front() -
                       fitted_law(fit, curve.recipe, curve.weight_decay, steps).front();
  for (double* one : {&scored.forecast.mean, &scored.forecast.q05, &scored.forecast.q95}) *one += shift;
}

// With paths to simulate, or else by the law of the end.
ScoredCurve score_curve(const Fit& fit, const Spikes& spikes, const Curve& curve, const EnsembleRequest& request,
                        const Execution& execution, const Share* all) {
  ScoredCurve scored{curve.name,
                     score_of_law(fit, curve),
                     curve.points.back(),
                     {},
                     extrapolations(fit, curve.recipe.schedule),
                     far_extrapolations(fit, curve.recipe, curve.weight_decay),
                     request.paths,
                     {}};
  // A measured loss has the noise of a logged point, so its forecast has it too.
  const LossSde known = with_offset_of(make_sde(fit, {.observation = Uncertainty::Source::on}), curve.recipe);
  LossSde sde = with_draws_in_turn(known, request.seed);
  sde.spikes = spikes;
  sde.weight_decay = curve.weight_decay;
  if (request.paths > 0)
    simulate_last(sde, curve, request, execution, all, scored);
  else
    scored.forecast = forecast_of_law(sde, curve, scored.last.step, execution.threads);
  shift_to_measured(fit, curve, scored);
  check_numbers(scored);
  return scored;
}

Share share_of_first(const std::vector<Curve>& curves) {
  Share all{static_cast<double>(curves.size()), 0};
  const auto last_step = [](const Curve& curve) { return static_cast<double>(curve.points.back().step); };
  for (const Curve& curve : curves) all.steps += last_step(curve) / last_step(curves.front());
  return all;
}

// The chosen curves, whose units go together.
std::vector<Curve> read_curves(const Flags& flags, const Fit& fit) {
  const Manifest manifest = read_manifest(flags.text("MANIFEST"));
  std::vector<Curve> curves = chosen_curves(manifest, flags, "curves");
  report_reading(manifest);
  std::vector<std::string> other_sizes;
  constexpr double kSameSize = 1.01;
  for (const Curve& curve : curves) {
    if (fit.params && curve.params && std::abs(std::log(*curve.params / *fit.params)) > std::log(kSameSize))
      other_sizes.push_back(curve.name);
    try {
      check_weight_decay(find_model(fit.model), curve.recipe, curve.weight_decay);
    } catch (const InputError& error) {
      throw error.at("curve " + curve.name).at(manifest.file.string());
    }
  }
  if (!other_sizes.empty())
    report_warning(fmt::format("the fit is of {:.4g} parameters; of other sizes are the curves {}.", *fit.params,
                               listing(other_sizes)));
  return curves;
}

Score average_of(const std::vector<ScoredCurve>& curves) {
  std::vector<Score> scores;
  for (const ScoredCurve& curve : curves) scores.push_back(curve.score);
  return average(scores);
}

Json metrics_json(const Score& score) {
  return {
      {"r2", score.r2}, {"mae", score.mae}, {"rmse", score.rmse}, {"pred_e", score.pred_e}, {"worst_e", score.worst_e}};
}

Json final_json(const ScoredCurve& curve) {
  const Json forecast = statistics_json(curve.forecast);
  return {{"step", curve.last.step},
          {"measured", curve.last.loss},
          {"predicted", forecast["mean"]},
          {"se", forecast["se"]},
          {"q05", forecast["q05"]},
          {"q95", forecast["q95"]},
          {"lost_share", forecast["lost_share"]},
          {"status", forecast["status"]}};
}

// Sentences about single curves, each after the curve's name.
template <class Sentences>
std::vector<std::string> of_curves(const std::vector<ScoredCurve>& curves, const Sentences& sentences) {
  std::vector<std::string> all;
  for (const ScoredCurve& curve : curves)
    for (const std::string& one : sentences(curve)) all.push_back(fmt::format("{}: {}", curve.name, one));
  return all;
}

std::vector<std::string> doubts_of(const std::vector<ScoredCurve>& curves) {
  return of_curves(curves, [](const ScoredCurve& one) { return lost_paths_doubts(one.forecast, one.paths); });
}

Json score_json(const std::vector<ScoredCurve>& curves, const Fit& fit, const Spikes& spikes) {
  Json by_name = Json::object();
  for (const ScoredCurve& curve : curves) {
    Json entry = metrics_json(curve.score);
    entry["final"] = final_json(curve);
    entry["extrapolations"] = curve.extrapolations;
    by_name[curve.name] = entry;
  }
  Json object = trust_json(fit, doubts_of(curves));
  object.update({{"curves", by_name},
                 {"average", metrics_json(average_of(curves))},
                 {"hazard_of_fit", hazard_json(fit, spikes)}});
  return object;
}

std::vector<std::string> metrics_cells(const std::string& name, const Score& score) {
  return {name,
          fmt::format("{:.4f}", score.r2),
          fmt::format("{:.5f}", score.mae),
          fmt::format("{:.5f}", score.rmse),
          fmt::format("{:.5f}", score.pred_e),
          fmt::format("{:.5f}", score.worst_e)};
}

std::string band_cell(const Statistics& forecast) {
  if (!std::isfinite(forecast.q05)) return "-";
  return fmt::format("{:.4f} to {}", forecast.q05, number_cell(forecast.q95, "{:.4f}"));
}

std::string score_text(const std::vector<ScoredCurve>& curves) {
  TextTable table;
  table.add_row(
      {"curve", "R2", "MAE", "RMSE", "PredE", "WorstE", "last step", "measured", "predicted", "se", "5% to 95%"});
  for (const ScoredCurve& curve : curves) {
    std::vector<std::string> row = metrics_cells(curve.name, curve.score);
    row.insert(row.end(),
               {fmt::format("{}", curve.last.step), fmt::format("{:.4f}", curve.last.loss),
                number_cell(curve.forecast.mean, "{:.4f}"), number_cell(curve.forecast.standard_error, "{:.1e}"),
                band_cell(curve.forecast), lost_paths_text(curve.forecast, curve.paths)});
    table.add_row(row);
  }
  table.add_row(metrics_cells("average", average_of(curves)));
  return table.text();
}

// One warning for all curves.
void report_extrapolations(const std::vector<ScoredCurve>& curves) {
  std::vector<std::string> names;
  const ScoredCurve* first = nullptr;
  for (const ScoredCurve& curve : curves) {
    if (curve.extrapolations.empty()) continue;
    if (first == nullptr) first = &curve;
    names.push_back(curve.name);
  }
  if (first == nullptr) return;
  report_warning(fmt::format("{} of {} curves lie outside what the fit has seen: {}; the first: {}", names.size(),
                             curves.size(), listing(names), fmt::join(first->extrapolations, "; ")));
}

void run(const Flags& flags) {
  const Fit fit = read_usable_fit(flags.text("FIT"), flags);
  const Execution execution = read_execution(flags);
  EnsembleRequest request;
  const Spikes spikes = read_spikes_of(flags, fit);
  if (flags.has("paths")) request.paths = read_paths(flags);
  if (request.paths == 0 && spikes.any()) request.paths = kPathsWithSpikes;
  request.seed = read_seed(flags);
  request.levers = kAutomaticLevers;

  const std::vector<Curve> chosen = read_curves(flags, fit);
  const Share all = share_of_first(chosen);
  std::vector<ScoredCurve> curves;
  for (const Curve& curve : chosen) {
    curves.push_back(score_curve(fit, spikes, curve, request, execution, curves.empty() ? &all : nullptr));
  }
  report_extrapolations(curves);
  for (const std::string& warning :
       of_curves(curves, [](const ScoredCurve& one) { return lost_paths_warnings(one.forecast, one.paths); }))
    report_warning(warning);
  if (request.paths > 0)
    for (const std::string& warning : math_warnings(execution.math, curves.front().performance))
      report_warning(warning);
  for (const ScoredCurve& curve : curves)
    if (const auto& deviation = curve.performance.math_deviation)
      report_progress(fmt::format("{}: {}", curve.name, deviation_text(*deviation)));
  const std::vector<std::string> reasons = both(doubts(fit), doubts_of(curves));
  if (flags.has("json"))
    print_json(score_json(curves, fit, spikes));
  else
    print(doubts_headline(reasons) + score_text(curves) + hazard_text(fit, spikes));
  const auto far = of_curves(curves, [](const ScoredCurve& one) { return one.far_extrapolations; });
  require_reliable(flags, both(reasons, far));
}

}  // namespace

Command score_command() {
  return {
      "score",
      "compares a fit with measured curves",
      {{"FIT", "the fit, as `losscast fit` wrote it"},
       {"MANIFEST", "the TOML file that names the curves and their schedules"}},
      joined(
          {{{"curves", "A,B,C", "the curves to score (default: all of the manifest)"},
            {"paths", "N",
             "simulate the forecast of the last point on N paths (default: by the law of the end, 4096 with spikes)"},
            spikes_flag().front(),
            {"seed", "N", "of these paths' random numbers", "1"}},
           backend_flags(),
           params_flag(),
           threads_flag(),
           strict_flag(),
           json_flag()}),
      {"losscast score fit.json runs.toml", "losscast score fit.json runs.toml --curves wsd_24000,wsdcon_3 --json"},
      run};
}

}  // namespace losscast
