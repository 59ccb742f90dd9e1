#include "losscast/fit/run_update.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <optional>

#include "fit/laws_of_draws.hpp"
#include "fit/losses_along.hpp"
#include "fit/new_data_run.hpp"
#include "fit/remaining_lr.hpp"
#include "fit/run_discrepancy.hpp"
#include "fit/run_places.hpp"
#include "fit/run_watch.hpp"
#include "fit/run_windows.hpp"
#include "fit/weighted_normals.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/engine/exact_moments.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/model/check_recipe.hpp"
#include "losscast/schedule/warmup.hpp"

namespace losscast {
namespace {

constexpr double kLeastNoise = 5e-5;  // of a logged point: rounding to four decimals [nats]

// About a thousand of a fit's draws, evenly from all of its chains.
LossSde thinned_sde(const Fit& fit, double weight_decay) {
  constexpr std::size_t kDraws = 1024;
  LossSde sde = make_sde(fit);
  sde.weight_decay = weight_decay;
  const std::size_t stride = (sde.draws.size() + kDraws - 1) / kDraws;
  std::vector<std::vector<double>> draws;
  for (std::size_t d = 0; d < sde.draws.size(); d += stride) draws.push_back(sde.draws[d]);
  sde.draws = std::move(draws);
  return sde;
}

// Public runs at peaks outside those of a fit lay 2 to 3 times as far from its law.
Discrepancy discrepancy_of(const Fit& fit, const Schedule& plan) {
  constexpr double kOutside = 2.5;
  const bool outside = plan.peak_lr() > fit.seen.peak_lr_max * (1 + kSameQuantity) ||
                       plan.peak_lr() < fit.seen.peak_lr_min * (1 - kSameQuantity);
  return {fit.noise.run_offset.value * (outside ? kOutside : 1), plan.total_steps()};
}

// Where the log begins to count: after the warm-up and 4.5% of the rest, as in a fit.
Step first_step(const Schedule& schedule) {
  constexpr double kShare = 0.045;
  const Step warm = std::clamp<Step>(warmup_end(schedule), 1, schedule.total_steps());
  return warm + static_cast<Step>(kShare * static_cast<double>(schedule.total_steps() - warm));
}

// Windows of the log. Without a change of the data all are those before.
struct CountedWindows {
  std::vector<LoggedWindow> before, after;

  std::vector<Step> steps() const {
    std::vector<Step> steps;
    for (const auto* windows : {&before, &after})
      for (const LoggedWindow& window : *windows) steps.push_back(window.step);
    return steps;
  }
};

// A point at the change itself is left out: it may be of either data.
CountedWindows counted_windows(const RunSoFar& run) {
  const Step total = run.recipe.total_steps(), first = first_step(run.recipe.schedule);
  const auto from = [&](Step step) {
    return std::find_if(run.points.begin(), run.points.end(),
                        [&](const CurvePoint& point) { return point.step >= step; });
  };
  const auto begin = from(first);
  if (begin == run.points.end() && !run.lost)
    throw InputError(fmt::format("there is no point from step {} on", first),
                     "losses count after the warm-up and 4.5% of the rest of the run",
                     run.new_data_at
                         ? "wait until the run has come so far, or, if its steps count from the last phase, say so"
                         : "wait until the run has come so far");
  if (!run.new_data_at) return {windows_of({begin, run.points.end()}, total), {}};
  const Step change = *run.new_data_at;
  const auto last = std::max(begin, from(change)),
             next = std::max(begin, from(change + std::max<Step>(1, run.mean_over)));
  if (next == run.points.end())
    throw InputError(
        fmt::format("no loss is logged after the data change at step {}", change),
        "how far the loss jumps there, and how far it then falls, nothing before it says",
        "log a few hundred steps on the new data, and ask again; or, if the log's steps count from the last "
        "phase, say so");
  return {windows_of({begin, last}, total), windows_of({next, run.points.end()}, total - change)};
}

std::vector<Step> later_steps(Step last, Step total, int times) {
  std::vector<Step> steps;
  const Step intervals = std::min<Step>(times - 1, total - last);
  for (Step i = 0; i < intervals; ++i) steps.push_back(last + (total - last) * i / intervals);
  steps.push_back(total);
  return steps;
}

// Of a logged point at a place: of the run's own points, or by the fit if they are too few.
double noise_at(const Fit& fit, const LawPlace& place, double own) {
  return std::max(own > 0 ? own : std::hypot(fit.noise.observation_noise.value, place.fast), kLeastNoise);
}

// How far a point lies above the forecast of the fit alone, in standard deviations, with the discrepancy times `size`.
double over_forecast(const RunPosterior::Point& point, const Discrepancy& discrepancy, double size) {
  const double mean = point.errors.mean();
  const double spread = (point.errors.array() - mean).square().mean();
  const double run = discrepancy.covariance(point.place, point.place, size * size);
  return mean / std::sqrt(spread + run + point.noise * point.noise);
}

// Nothing in the first part of a run, where no law holds well.
double over_late_forecast(const Fit& fit, const RunPosterior::Point& point, Step total) {
  constexpr double kFirstPart = 0.15;
  if (static_cast<double>(point.place.step) < kFirstPart * static_cast<double>(total)) return 0;
  return over_forecast(point, Discrepancy(fit.noise.run_offset.value, total), 1);
}

// By how much the loss may rise above that of the first window: as where the LR rises again in a later phase. After a
// short warm-up it rises by up to a quarter more than the law says (docs/phases.md).
double expected_rise(const std::vector<LoggedWindow>& windows, const RunPlaces& places) {
  const double first = places.means(windows.front().step).mean();
  double highest = first;
  for (const LoggedWindow& window : windows) highest = std::max(highest, places.means(window.step).mean());
  constexpr double kOfTheLaw = 1.5;
  return kOfTheLaw * (highest - first);
}

// Takes the windows in turn, each by its height over what is known so far; what is said of them goes into `out`.
template <class Height, class Take>
void watch(const std::vector<LoggedWindow>& windows, RunWatch watched, const Height& height, const Take& take,
           RunUpdate& out) {
  for (const LoggedWindow& window : windows) {
    const WindowHeight over = height(window);
    const bool used = watched.accepts(window, over);
    if (used) take(window);
    if (!used) ++out.set_aside;
    out.windows.push_back({window.step, window.loss, over.innovation, over.over_forecast, used});
  }
  if (!out.alarm.raised()) out.alarm = watched.alarm();
}

double noise_of(const Fit& fit, const RunPlaces& places, const LoggedWindow& window, double own) {
  return noise_at(fit, places.place(window.step), own) / std::sqrt(static_cast<double>(window.points));
}

void watch_before(const Fit& fit, const RunSoFar& run, const std::vector<LoggedWindow>& windows,
                  const RunPlaces& places, RunPosterior& posterior, RunUpdate& out) {
  if (windows.empty()) return;
  const Discrepancy discrepancy = discrepancy_of(fit, run.recipe.schedule);
  const double start = run.points.front().loss + expected_rise(windows, places);
  const auto point = [&](const LoggedWindow& window) -> RunPosterior::Point {
    return {places.place(window.step),
            Eigen::RowVectorXd::Constant(posterior.draws(), window.loss) - places.means(window.step),
            noise_of(fit, places, window, out.point_noise)};
  };
  watch(
      windows, RunWatch(start, std::max(out.point_noise, kLeastNoise)),
      [&](const LoggedWindow& window) -> WindowHeight {
        const RunPosterior::Point at = point(window);
        return {posterior.innovation(at), over_late_forecast(fit, at, run.recipe.total_steps()),
                over_forecast(at, discrepancy, *std::rbegin(Discrepancy::kSizes))};
      },
      [&](const LoggedWindow& window) { posterior.take(point(window)); }, out);
}

// The fit alone says nothing of the loss on new data.
void watch_after(const Fit& fit, const std::vector<LoggedWindow>& windows, const RunPlaces& places,
                 NewDataRun& new_data, RunUpdate& out) {
  const double start = windows.front().loss + expected_rise(windows, places);
  const auto point = [&](const LoggedWindow& window) {
    return new_data.point(window.step, window.loss, noise_of(fit, places, window, out.point_noise));
  };
  watch(
      windows, RunWatch(start, std::max(out.point_noise, kLeastNoise)),
      [&](const LoggedWindow& window) -> WindowHeight {
        return {new_data.innovation(point(window)), 0, 0};
      },
      [&](const LoggedWindow& window) { new_data.take(point(window)); }, out);
}

// What the log says of a step: of the loss, and of the loss less the law.
struct Later {
  std::function<WeightedNormals(Step)> loss, error;
};

Later later_of(const RunPlaces& places, const RunPosterior& posterior, const Eigen::MatrixXd& weights) {
  const auto error = [&](Step step) -> WeightedNormals {
    RunPosterior::Rest rest = posterior.rest_at(places.place(step));
    return {weights, std::move(rest.means), std::move(rest.deviations)};
  };
  const auto loss = [&places, error](Step step) {
    WeightedNormals mixture = error(step);
    mixture.means.rowwise() += places.means(step);
    return mixture;
  };
  return {loss, error};
}

Later later_of(const NewDataRun& new_data) {
  return {[&](Step step) { return new_data.loss_at(step); }, [&](Step step) { return new_data.error_at(step); }};
}

// By the fit alone: all draws alike, and the discrepancy as large as the fit says.
WeightedNormals loss_before(const RunPlaces& places, Step step, const Discrepancy& discrepancy) {
  const Eigen::RowVectorXd means = places.means(step);
  const LawPlace place = places.place(step);
  const double variance = discrepancy.covariance(place, place, 1) + place.fast * place.fast;
  return {Eigen::MatrixXd::Constant(1, means.size(), 1 / static_cast<double>(means.size())),
          means,
          {std::max(std::sqrt(variance), 1e-9)}};
}

void add_bands(const Later& later, int threads, RunUpdate& out) {
  out.bands.resize(out.steps.size());
  parallel_for(static_cast<std::int64_t>(out.steps.size()), threads, [&](std::int64_t i) {
    const auto at = static_cast<std::size_t>(i);
    out.bands[at] = statistics_of(later.loss(out.steps[at]));
  });
  const auto [offset, deviation] = moments_of(later.error(out.steps.front()));
  out.offset = offset;
  out.offset_deviation = deviation;
}

void add_new_data(const NewDataRun& new_data, Step change, Step total, RunUpdate& out) {
  out.new_data = {change, forecast_of(new_data.jump()), forecast_of(new_data.pull(change, out.last_step)),
                  forecast_of(new_data.pull(out.last_step, total))};
  if (out.new_data->pulled.q95 < 0)
    out.warnings.push_back(fmt::format("the loss on the new data rises: is step {} where they change?", change));
}

// What is not yet known of the discrepancy at the end, on average [nats].
double fresh_deviation(const RunPlaces& places, const RunPosterior& posterior, const Eigen::MatrixXd& weights,
                       Step end) {
  const RunPosterior::Rest rest = posterior.rest_at(places.place(end));
  double variance = 0;
  for (Eigen::Index k = 0; k < weights.rows(); ++k)
    variance += weights.row(k).sum() * std::pow(rest.deviations[static_cast<std::size_t>(k)], 2);
  return std::sqrt(variance);
}

Eigen::RowVectorXd end_means(const LossSde& sde, const Recipe& recipe, int threads) {
  const std::vector<NormalLaw> laws = laws_of_draws(sde, recipe, threads);
  Eigen::RowVectorXd means(static_cast<Eigen::Index>(laws.size()));
  for (std::size_t d = 0; d < laws.size(); ++d) means[static_cast<Eigen::Index>(d)] = laws[d].mean;
  return means;
}

struct PlannedEnd {
  const RunSoFar& run;
  Eigen::RowVectorXd means;    // of the plan, by draw
  Eigen::RowVectorXd weights;  // of the draws
  double fresh;                // deviation of the discrepancy still to come
  const NewDataRun* new_data;  // nothing where the data stay
};

// Two futures share what was seen of the discrepancy; what is to come they share the less, the more their LRs differ.
// New data pull down the loss the further, the larger the LR.
RemainingLr compared(const LossSde& sde, const RemainingSchedule& other, const PlannedEnd& plan, Step done,
                     int threads) {
  RemainingLr out{other.name, knots_text(other.recipe)};
  Eigen::RowVectorXd differences = end_means(sde, other.recipe, threads) - plan.means;
  const double distance = lr_distance(other.recipe.schedule, plan.run.recipe.schedule, done);
  double deviation = plan.fresh * std::sqrt(2 * distance);
  if (plan.new_data) {
    const auto [pull, spread] = moments_of(plan.new_data->more_pull(other.recipe.schedule));
    differences.array() -= pull;
    deviation = std::hypot(deviation, spread);
  }
  const WeightedNormals mixture{plan.weights, differences, {std::max(deviation, 1e-9)}};
  out.difference = plan.weights.dot(differences);
  out.interval = {quantile_of(mixture, 0.05), quantile_of(mixture, 0.95)};
  return out;
}

void add_remaining(const Fit& fit, const LossSde& sde, const PlannedEnd& plan, int threads, RunUpdate& out) {
  for (const RemainingSchedule& other : remaining_schedules(plan.run.recipe, out.last_step, fit.seen.peak_lr_max)) {
    out.remaining.push_back(compared(sde, other, plan, out.last_step, threads));
    out.remaining.back().mean = out.final_after().mean + out.remaining.back().difference;
  }
  std::stable_sort(out.remaining.begin(), out.remaining.end(),
                   [](const RemainingLr& a, const RemainingLr& b) { return a.mean < b.mean; });
  out.plan_beaten = !out.remaining.empty() && out.remaining.front().interval.high < 0;
}

void add_warnings(const Fit& fit, const RunSoFar& run, double plain_draws, RunUpdate& out) {
  constexpr double kAgreeing = 10;
  if (plain_draws < kAgreeing && fit.draws.size() > 2 * kAgreeing)
    out.warnings.push_back(fmt::format(
        "the run agrees with hardly any draw of the fit ({:.1f} of them): its part of the likelihood was flattened, "
        "and bands are rough",
        plain_draws));
  if (out.set_aside > 0)
    out.warnings.push_back(fmt::format("{} window{} of the log lay far off and {} set aside", out.set_aside,
                                       out.set_aside == 1 ? "" : "s", out.set_aside == 1 ? "was" : "were"));
  for (const std::string& phrase : extrapolations(fit, run.recipe.schedule))
    out.warnings.push_back("the plan lies outside what the fit has seen: " + phrase);
}

// Without the points that are no losses any more.
RunSoFar with_losses_only(RunSoFar run) {
  const auto is_lost = [](const CurvePoint& point) { return point.loss >= static_cast<double>(kLargestLoss); };
  const auto first = std::find_if(run.points.begin(), run.points.end(), is_lost);
  if (first != run.points.end()) run.lost = std::min(first->step, run.lost.value_or(first->step));
  std::erase_if(run.points, is_lost);
  return run;
}

// With losses of single steps in place of means over many: they differ by what the fitted law does within these.
RunSoFar with_losses_of_steps(const Fit& fit, RunSoFar run) {
  if (run.mean_over <= 1 || run.points.empty()) return run;
  Curve curve{.name = "run", .file = {}, .recipe = run.recipe, .points = {}, .weight_decay = run.weight_decay};
  curve.mean_over = run.mean_over;
  std::erase_if(run.points, [&](const CurvePoint& point) { return point.step < run.mean_over; });
  std::vector<Step> steps;
  for (const CurvePoint& point : run.points) steps.push_back(point.step);
  if (steps.empty()) return run;
  const std::vector<double> means = fitted_law(fit, curve, run.points);
  const std::vector<double> law = fitted_law(fit, run.recipe, run.weight_decay, steps);
  for (std::size_t i = 0; i < steps.size(); ++i) run.points[i].loss += law[i] - means[i];
  return run;
}

RunUpdate updated(const Fit& fit, const RunSoFar& run, const RunUpdateOptions& options) {
  const LossSde sde = thinned_sde(fit, run.weight_decay);
  check_recipe(*sde.model, sde.reference, run.recipe);
  const CountedWindows windows = counted_windows(run);
  const Schedule& plan = run.recipe.schedule;
  const Step total = run.recipe.total_steps();
  RunUpdate out;
  out.last_step = run.points.empty() ? 0 : run.points.back().step;
  out.point_noise = point_noise(run.points);
  out.steps = later_steps(std::max<Step>(1, out.last_step), total, options.times);
  std::vector<Step> steps = windows.steps();
  steps.insert(steps.end(), out.steps.begin(), out.steps.end());
  const RunPlaces places(sde, run.recipe, std::move(steps), options.threads);
  const Discrepancy discrepancy = discrepancy_of(fit, plan);
  RunPosterior posterior(discrepancy, static_cast<Eigen::Index>(sde.draws.size()),
                         static_cast<Eigen::Index>(windows.before.size()));
  watch_before(fit, run, windows.before, places, posterior, out);
  const RunPosterior::Weights weights = posterior.weights();
  std::optional<NewDataRun> new_data;
  if (run.new_data_at) {
    const DataChange change{plan, *run.new_data_at, fit.reference.lr * fit.reference.steps,
                            std::max<Step>(1, run.mean_over)};
    new_data.emplace(places, weights, discrepancy, change, static_cast<Eigen::Index>(windows.after.size()));
    watch_after(fit, windows.after, places, *new_data, out);
    add_new_data(*new_data, *run.new_data_at, total, out);
  }
  if (run.lost && (!out.alarm.raised() || *run.lost < out.alarm.step))
    out.alarm = {RunAlarm::Reason::not_a_number, *run.lost, 0};
  out.effective_draws = weights.draws;
  out.final_before = statistics_of(loss_before(places, total, Discrepancy(fit.noise.run_offset.value, total)));
  add_bands(new_data ? later_of(*new_data) : later_of(places, posterior, weights.values), options.threads, out);
  if (out.last_step < total) {
    const PlannedEnd end{run, end_means(sde, run.recipe, options.threads), weights.values.colwise().sum(),
                         fresh_deviation(places, posterior, weights.values, total), new_data ? &*new_data : nullptr};
    add_remaining(fit, sde, end, options.threads, out);
  }
  add_warnings(fit, run, weights.plain_draws, out);
  return out;
}

void require_change_within(const RunSoFar& run) {
  if (!run.new_data_at) return;
  const Step change = *run.new_data_at, total = run.recipe.total_steps();
  if (change < 1 || change >= total)
    throw InputError(fmt::format("the data cannot change at step {}", change),
                     fmt::format("the run has the steps 1 to {}", total), "give the step after which they change");
}

}  // namespace

RunUpdate update_run(const Fit& fit, const RunSoFar& run, const RunUpdateOptions& options) {
  LOSSCAST_EXPECTS(!fit.draws.empty() && options.times >= 2);
  require_change_within(run);
  return updated(fit, with_losses_of_steps(fit, with_losses_only(run)), options);
}

}  // namespace losscast
