#include "losscast/fit/run_update.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fit/laws_of_draws.hpp"
#include "fit/remaining_lr.hpp"
#include "fit/run_discrepancy.hpp"
#include "fit/run_laws.hpp"
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

// Of the discrepancy. Public runs at peaks outside those of a fit lay 2 to 3 times as far from its law.
double offset_deviation(const Fit& fit, const Schedule& plan) {
  constexpr double kOutside = 2.5;
  const bool outside = plan.peak_lr() > fit.seen.peak_lr_max * (1 + kSameQuantity) ||
                       plan.peak_lr() < fit.seen.peak_lr_min * (1 - kSameQuantity);
  return fit.noise.run_offset.value * (outside ? kOutside : 1);
}

// Where the log begins to count: after the warm-up and 4.5% of the rest, as in a fit.
Step first_step(const Schedule& schedule) {
  constexpr double kShare = 0.045;
  const Step warm = std::clamp<Step>(warmup_end(schedule), 1, schedule.total_steps());
  return warm + static_cast<Step>(kShare * static_cast<double>(schedule.total_steps() - warm));
}

std::vector<LoggedWindow> counted_windows(const RunSoFar& run) {
  const Step first = first_step(run.recipe.schedule);
  const auto begin =
      std::find_if(run.points.begin(), run.points.end(), [&](const CurvePoint& point) { return point.step >= first; });
  if (begin == run.points.end() && !run.lost)
    throw InputError(fmt::format("there is no point from step {} on", first),
                     "losses count after the warm-up and 4.5% of the rest of the run",
                     "wait until the run has come so far");
  return windows_of({begin, run.points.end()}, run.recipe.total_steps());
}

std::vector<Step> later_steps(Step last, Step total, int times) {
  std::vector<Step> steps;
  const Step intervals = std::min<Step>(times - 1, total - last);
  for (Step i = 0; i < intervals; ++i) steps.push_back(last + (total - last) * i / intervals);
  steps.push_back(total);
  return steps;
}

// The law at all steps of an update.
class Places {
 public:
  Places(const LossSde& sde, const Recipe& recipe, std::vector<Step> steps, int threads) {
    std::sort(steps.begin(), steps.end());
    steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
    laws_ = laws_along(sde, recipe, steps, threads);
  }
  LawPlace place(Step step) const {
    const std::size_t i = index(step);
    return {step, laws_.startup_deviation[i], laws_.fast_deviation[i]};
  }
  Eigen::RowVectorXd means(Step step) const { return laws_.means.row(static_cast<Eigen::Index>(index(step))); }

 private:
  std::size_t index(Step step) const {
    return static_cast<std::size_t>(std::lower_bound(laws_.steps.begin(), laws_.steps.end(), step) -
                                    laws_.steps.begin());
  }
  RunLaws laws_;
};

// Of a logged point at a place: of the run's own points, or by the fit if they are too few.
double noise_at(const Fit& fit, const LawPlace& place, double own) {
  return std::max(own > 0 ? own : std::hypot(fit.noise.observation_noise.value, place.fast), kLeastNoise);
}

// How far a point lies above the forecast of the fit alone, in standard deviations; nothing in the first part of a run,
// where no law holds well.
double over_forecast(const Fit& fit, const RunPosterior::Point& point, Step total) {
  constexpr double kFirstPart = 0.15;
  if (static_cast<double>(point.place.step) < kFirstPart * static_cast<double>(total)) return 0;
  const double mean = point.errors.mean();
  const double spread = (point.errors.array() - mean).square().mean();
  const double run = Discrepancy(fit.noise.run_offset.value, total).covariance(point.place, point.place, 1);
  return mean / std::sqrt(spread + run + point.noise * point.noise);
}

// By how much the loss may rise above that of the first window: as where the LR rises again in a later phase. After a
// short warm-up it rises by up to a quarter more than the law says (docs/phases.md).
double expected_rise(const std::vector<LoggedWindow>& windows, const Places& places) {
  const double first = places.means(windows.front().step).mean();
  double highest = first;
  for (const LoggedWindow& window : windows) highest = std::max(highest, places.means(window.step).mean());
  constexpr double kOfTheLaw = 1.5;
  return kOfTheLaw * (highest - first);
}

// Takes the windows in turn; what is said of them goes into `out`.
void watch(const Fit& fit, const RunSoFar& run, const std::vector<LoggedWindow>& windows, const Places& places,
           RunPosterior& posterior, RunUpdate& out) {
  if (windows.empty()) return;
  const double start = run.points.front().loss + expected_rise(windows, places);
  RunWatch watched(start, std::max(out.point_noise, kLeastNoise));
  for (const LoggedWindow& window : windows) {
    const LawPlace place = places.place(window.step);
    const double noise = noise_at(fit, place, out.point_noise) / std::sqrt(static_cast<double>(window.points));
    const RunPosterior::Point point{
        place, Eigen::RowVectorXd::Constant(posterior.draws(), window.loss) - places.means(window.step), noise};
    const double innovation = posterior.innovation(point);
    const double over = over_forecast(fit, point, run.recipe.total_steps());
    const bool used = watched.accepts(window, {innovation, over});
    if (used) posterior.take(point);
    if (!used) ++out.set_aside;
    out.windows.push_back({window.step, window.loss, innovation, over, used});
  }
  out.alarm = watched.alarm();
}

WeightedNormals loss_at(const Places& places, Step step, const RunPosterior& posterior,
                        const Eigen::MatrixXd& weights) {
  RunPosterior::Rest rest = posterior.rest_at(places.place(step));
  rest.means.rowwise() += places.means(step);
  return {weights, std::move(rest.means), std::move(rest.deviations)};
}

// By the fit alone: all draws alike, and the discrepancy as large as the fit says.
WeightedNormals loss_before(const Places& places, Step step, const Discrepancy& discrepancy) {
  const Eigen::RowVectorXd means = places.means(step);
  const LawPlace place = places.place(step);
  const double variance = discrepancy.covariance(place, place, 1) + place.fast * place.fast;
  return {Eigen::MatrixXd::Constant(1, means.size(), 1 / static_cast<double>(means.size())),
          means,
          {std::max(std::sqrt(variance), 1e-9)}};
}

void add_bands(const Places& places, const RunPosterior& posterior, const Eigen::MatrixXd& weights, int threads,
               RunUpdate& out) {
  out.bands.resize(out.steps.size());
  parallel_for(static_cast<std::int64_t>(out.steps.size()), threads, [&](std::int64_t i) {
    const auto at = static_cast<std::size_t>(i);
    out.bands[at] = statistics_of(loss_at(places, out.steps[at], posterior, weights));
  });
}

void add_offset(const Places& places, const RunPosterior& posterior, const Eigen::MatrixXd& weights, RunUpdate& out) {
  const RunPosterior::Rest rest = posterior.rest_at(places.place(out.steps.front()));
  out.offset = weights.cwiseProduct(rest.means).sum();
  double second = 0;
  for (Eigen::Index k = 0; k < weights.rows(); ++k) {
    const double deviation = rest.deviations[static_cast<std::size_t>(k)];
    second += weights.row(k).dot((rest.means.row(k).array().square() + deviation * deviation).matrix());
  }
  out.offset_deviation = std::sqrt(std::max(0.0, second - out.offset * out.offset));
}

// What is not yet known of the discrepancy at the end, on average [nats].
double fresh_deviation(const Places& places, const RunPosterior& posterior, const Eigen::MatrixXd& weights, Step end) {
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
};

// Two futures share what was seen of the discrepancy; what is to come they share the less, the more their LRs differ.
RemainingLr compared(const LossSde& sde, const RemainingSchedule& other, const PlannedEnd& plan, Step done,
                     int threads) {
  RemainingLr out{other.name, knots_text(other.recipe)};
  const Eigen::RowVectorXd differences = end_means(sde, other.recipe, threads) - plan.means;
  const double distance = lr_distance(other.recipe.schedule, plan.run.recipe.schedule, done);
  const double deviation = std::max(plan.fresh * std::sqrt(2 * distance), 1e-9);
  const WeightedNormals mixture{plan.weights, differences, {deviation}};
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
  const std::vector<LoggedWindow> windows = counted_windows(run);
  const Step total = run.recipe.total_steps();
  RunUpdate out;
  out.last_step = run.points.empty() ? 0 : run.points.back().step;
  out.point_noise = point_noise(run.points);
  out.steps = later_steps(std::max<Step>(1, out.last_step), total, options.times);
  std::vector<Step> steps = out.steps;
  for (const LoggedWindow& window : windows) steps.push_back(window.step);
  const Places places(sde, run.recipe, std::move(steps), options.threads);
  RunPosterior posterior(Discrepancy(offset_deviation(fit, run.recipe.schedule), total),
                         static_cast<Eigen::Index>(sde.draws.size()), static_cast<Eigen::Index>(windows.size()));
  watch(fit, run, windows, places, posterior, out);
  if (run.lost && (!out.alarm.raised() || *run.lost < out.alarm.step))
    out.alarm = {RunAlarm::Reason::not_a_number, *run.lost, 0};
  const RunPosterior::Weights weights = posterior.weights();
  out.effective_draws = weights.draws;
  out.final_before = statistics_of(loss_before(places, total, Discrepancy(fit.noise.run_offset.value, total)));
  add_bands(places, posterior, weights.values, options.threads, out);
  add_offset(places, posterior, weights.values, out);
  if (out.last_step < total) {
    const PlannedEnd plan{run, end_means(sde, run.recipe, options.threads), weights.values.colwise().sum(),
                          fresh_deviation(places, posterior, weights.values, total)};
    add_remaining(fit, sde, plan, options.threads, out);
  }
  add_warnings(fit, run, weights.plain_draws, out);
  return out;
}

}  // namespace

RunUpdate update_run(const Fit& fit, const RunSoFar& run, const RunUpdateOptions& options) {
  LOSSCAST_EXPECTS(!fit.draws.empty() && options.times >= 2);
  return updated(fit, with_losses_of_steps(fit, with_losses_only(run)), options);
}

}  // namespace losscast
