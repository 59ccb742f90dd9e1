#include "losscast/fit/validation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "fit/check_units.hpp"
#include "fit/given_priors.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/fit/end_law.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/fit/forecast.hpp"

namespace losscast {
namespace {

// A fold's forecasts, or why there are none.
struct Outcome {
  std::vector<HeldOutRun> runs;
  std::optional<InputError> error;
};

// The work: each set of training runs once, with the folds that have it.
using FoldsByTraining = std::map<std::vector<std::size_t>, std::vector<std::size_t>>;

// The mean of the last points, each carried to the last step along the law.
double measured_end(const std::vector<CurvePoint>& points, const std::vector<double>& law, double law_at_end) {
  const std::size_t count = std::min(points.size(), kEndPoints);
  double sum = 0;
  for (std::size_t i = points.size() - count; i < points.size(); ++i) sum += points[i].loss - law[i];
  return law_at_end + sum / static_cast<double>(count);
}

double mean_abs_error(const std::vector<CurvePoint>& points, const std::vector<double>& law) {
  double sum = 0;
  for (std::size_t i = 0; i < points.size(); ++i) sum += std::abs(points[i].loss - law[i]);
  return sum / static_cast<double>(points.size());
}

LossForecast forecast_of_end(const Fit& fit, const Curve& curve, std::size_t points, int threads) {
  LossSde sde = with_offset_of(make_sde(fit, {.observation = Uncertainty::Source::on}), curve.recipe);
  sde.weight_decay = curve.weight_decay;
  sde.noise.observation /= std::sqrt(static_cast<float>(std::min(points, kEndPoints)));
  return forecast_at(sde, curve.recipe, curve.points.back().step, threads);
}

void require_numbers(const HeldOutRun& run) {
  for (const double one : {run.measured, run.forecast, run.q05, run.q95, run.mean_abs_error})
    if (!std::isfinite(one))
      throw InputError(fmt::format("the forecast of curve {} is no number", run.curve),
                       "its LR or weight decay is beyond what the law can follow", "leave it out with --train");
}

HeldOutRun judge(const Fit& fit, const Curve& curve, Step known_until, int threads) {
  const std::vector<CurvePoint> points = judging_points(curve, known_until);
  const std::vector<double> law = fitted_law(fit, curve, points);
  const Step last[] = {curve.points.back().step};
  const double law_at_end =
      curve.mean_over > 1 ? fitted_law(fit, curve.recipe, curve.weight_decay, last).front() : law.back();
  const LossForecast forecast = forecast_of_end(fit, curve, points.size(), threads);
  HeldOutRun run;
  run.curve = curve.name;
  run.total_steps = curve.recipe.total_steps();
  run.known_until = known_until;
  run.step = curve.points.back().step;
  run.measured = measured_end(points, law, law_at_end);
  run.forecast = forecast.mean;
  run.q05 = forecast.q05;
  run.q95 = forecast.q95;
  run.points = static_cast<int>(points.size());
  run.mean_abs_error = mean_abs_error(points, law);
  require_numbers(run);
  return run;
}

class Validator {
 public:
  Validator(std::span<const Curve> curves, const SdeModel& model, const ValidationOptions& options)
      : curves_(curves),
        model_(model),
        options_(options),
        recipes_(recipes_of(curves)),
        folds_(make_folds(curves, options.groupings)),
        outcomes_(folds_.folds.size()) {
    for (std::size_t f = 0; f < folds_.folds.size(); ++f) by_training_[folds_.folds[f].training].push_back(f);
  }

  Validation run() {
    require_folds();
    fit_all();
    require_outcomes();
    Validation out;
    out.fits = by_training_.size();
    out.skipped = folds_.skipped;
    for (const Grouping grouping : options_.groupings) add_grouping(grouping, out);
    return out;
  }

 private:
  void require_folds() const {
    if (!folds_.folds.empty()) return;
    const SkippedFold& first = folds_.skipped.front();
    throw InputError("no run can be left out",
                     fmt::format("by {}: {}{}{}", grouping_name(first.grouping), first.group,
                                 first.group.empty() ? "" : ": ", first.reason),
                     "add runs to the manifest, or name more with --train");
  }

  // Side by side, with the threads that are left shared among them.
  void fit_all() {
    const auto count = static_cast<std::int64_t>(by_training_.size());
    const int all = thread_count(options_.threads);
    const int each = std::max(1, all / static_cast<int>(std::min<std::int64_t>(count, all)));
    const int together = all / each;
    std::vector<FoldsByTraining::const_iterator> work;
    for (auto one = by_training_.begin(); one != by_training_.end(); ++one) work.push_back(one);
    parallel_for(count, together, [&](std::int64_t i) {
      FitOptions fit{.threads = each, .priors = options_.priors, .before_search = {}};
      if (i == 0 && options_.before_fits)
        fit.before_search = [&](double seconds) {
          options_.before_fits(seconds * std::ceil(static_cast<double>(count) / together));
        };
      judge_folds(*work[static_cast<std::size_t>(i)], fit);
    });
  }

  void judge_folds(const FoldsByTraining::value_type& work, const FitOptions& options) {
    const auto& [training, folds] = work;
    std::vector<Curve> curves;
    for (const std::size_t c : training) curves.push_back(curves_[c]);
    try {
      const Fit fit = fit_model(curves, model_, options);
      for (const std::size_t f : folds) outcomes_[f] = judge_fold(fit, folds_.folds[f], options.threads);
    } catch (const InputError& error) {
      for (const std::size_t f : folds) outcomes_[f].error = error;
    }
  }

  Outcome judge_fold(const Fit& fit, const Fold& fold, int threads) const {
    Outcome out;
    try {
      for (const LeftOutRun& one : fold.left_out) {
        HeldOutRun run = judge(fit, curves_[one.curve], one.known_until, threads);
        run.recipe = curves_[recipes_[one.curve]].name;
        out.runs.push_back(std::move(run));
      }
    } catch (const InputError& error) {
      out.error = error;
    }
    return out;
  }

  void require_outcomes() const {
    if (std::all_of(outcomes_.begin(), outcomes_.end(), [](const Outcome& one) { return one.error.has_value(); }))
      throw InputError(*outcomes_.front().error);
  }

  void add_grouping(Grouping grouping, Validation& out) const {
    GroupingResult result{grouping, {}, {}};
    std::vector<HeldOutRun> runs;
    std::vector<std::string> names;
    for (std::size_t f = 0; f < outcomes_.size(); ++f) {
      const Fold& fold = folds_.folds[f];
      if (fold.grouping != grouping) continue;
      if (outcomes_[f].error) {
        out.skipped.push_back({grouping, fold.group, outcomes_[f].error->what()});
        continue;
      }
      JudgedFold judged{fold, outcomes_[f].runs};
      for (HeldOutRun& run : judged.runs) {
        run.fold = names.size();
        runs.push_back(run);
      }
      names.push_back(fold.group);
      result.folds.push_back(std::move(judged));
    }
    if (runs.empty()) return;
    result.score = score_held_out(runs, names);
    out.groupings.push_back(std::move(result));
  }

  std::span<const Curve> curves_;
  const SdeModel& model_;
  const ValidationOptions& options_;
  std::vector<std::size_t> recipes_;
  Folds folds_;
  FoldsByTraining by_training_;
  std::vector<Outcome> outcomes_;
};

}  // namespace

Validation validate(std::span<const Curve> curves, const SdeModel& model, const ValidationOptions& options) {
  LOSSCAST_EXPECTS(!curves.empty() && !options.groupings.empty());
  check_units(model, curves);
  check_priors(model, options.priors);
  return Validator(curves, model, options).run();
}

}  // namespace losscast
