// A run in progress: what its log says of the rest.
#include "losscast/fit/run_update.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "losscast/base/error.hpp"
#include "losscast/fit/end_law.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/schedule/continuation.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

constexpr double kPointNoise = 1e-3;  // nats

const SdeModel& model() { return find_model("adamw"); }

Fit fit_of(int draws) { return uncertain_fit(model(), draws, 2.5e-3, kPointNoise); }

// The run of a draw, logged until a step.
RunSoFar run_of(const std::vector<double>& draw, const Recipe& recipe, Step until) {
  Curve curve = curve_of(model(), draw, "run", recipe, {.noise = kPointNoise, .seed = 5});
  std::erase_if(curve.points, [&](const CurvePoint& point) { return point.step > until; });
  return {recipe, 0.1, std::move(curve.points), {}};
}

double width(const Statistics& loss) { return loss.q95 - loss.q05; }

// The same as `run` with its losses raised by rise(step).
template <class Rise>
RunSoFar raised(RunSoFar run, const Rise& rise) {
  for (CurvePoint& point : run.points) point.loss += rise(point.step);
  return run;
}

// The further it is logged, the narrower the band is, and it holds the loss of the draw that the run follows.
TEST(UpdateRun, TakesMeansForWhatTheyAre) {
  const Fit fit = fit_of(64);
  const RunSoFar run = run_of(fit.draws[3], wsd(), 9000);
  RunSoFar means = run;
  means.mean_over = 450;
  Curve curve{.name = "run", .file = {}, .recipe = run.recipe, .points = {}};
  curve.mean_over = means.mean_over;
  std::vector<Step> steps;
  for (const CurvePoint& point : run.points) steps.push_back(point.step);
  const Fit truth = known_fit(model(), fit.draws[3]);
  const std::vector<double> of_means = fitted_law(truth, curve, run.points);
  const std::vector<double> of_steps = fitted_law(truth, run.recipe, 0.1, steps);
  for (std::size_t i = 0; i < steps.size(); ++i) means.points[i].loss += of_means[i] - of_steps[i];
  const RunUpdate expected = update_run(fit, run), taken = update_run(fit, means);
  EXPECT_NEAR(taken.final_after().mean, expected.final_after().mean, 2e-4);
  EXPECT_NEAR(taken.offset, expected.offset, 2e-4);
  means.mean_over = 0;
  EXPECT_GT(std::abs(update_run(fit, means).offset - expected.offset), 3 * std::abs(taken.offset - expected.offset));
}

TEST(UpdateRun, BandsShrinkAboutTheTruth) {
  const Fit fit = fit_of(256);
  double before = INFINITY;
  for (const Step until : {Step{2000}, Step{6000}, Step{10'000}}) {
    for (const std::size_t truth : {10u, 100u, 200u}) {
      const RunUpdate update = update_run(fit, run_of(fit.draws[truth], wsd(), until));
      const double end = fitted_law(known_fit(model(), fit.draws[truth]), wsd(), 0.1, std::vector<Step>{kSteps})[0];
      EXPECT_LT(std::abs(update.final_after().mean - end), 5 * update.final_after().standard_deviation);
      EXPECT_FALSE(update.alarm.raised());
      if (truth != 100u) continue;
      EXPECT_LT(width(update.final_after()), 0.9 * width(update.final_before));
      EXPECT_LT(width(update.final_after()), before);
      before = width(update.final_after());
    }
  }
}

// Where the LR rises again, the loss rises above that of the first logged step: no reason for alarm, as it was
// expected.
TEST(UpdateRun, ExpectsTheRiseOfALaterPhase) {
  const Fit fit = fit_of(64);
  const Recipe plan = continued_recipe(cosine(), kSteps, schedule("cosine", {{"total_steps", 6000.0}}));
  RunSoFar run = run_of(fit.draws[3], plan, kSteps + 3000);
  std::erase_if(run.points, [](const CurvePoint& point) { return point.step < kSteps; });
  ASSERT_GT(run.points[run.points.size() / 2].loss, run.points.front().loss + 5 * kPointNoise);
  EXPECT_FALSE(update_run(fit, run).alarm.raised());
  const RunUpdate lost = update_run(fit, raised(run, [](Step step) { return step > kSteps + 2000 ? 0.5 : 0.0; }));
  EXPECT_TRUE(lost.alarm.raised());
}

// The forecast without a log is that of the law of the end, which shares no code with it but the model.
TEST(UpdateRun, BeforeTheLogIsTheForecastOfTheFit) {
  const Fit fit = fit_of(64);
  const RunUpdate update = update_run(fit, run_of(fit.draws[0], wsd(), 6000));
  const LossForecast law = forecast_at(make_sde(fit), wsd(), kSteps, 1);
  EXPECT_NEAR(update.final_before.mean, law.mean, 2e-5);
  EXPECT_NEAR(update.final_before.q05, law.q05, 5e-5);
  EXPECT_NEAR(update.final_before.q95, law.q95, 5e-5);
}

// In long runs blocks are longer than a fit's, and the law is set right by that of their mean.
TEST(UpdateRun, LongRunsHaveTheSameLaw) {
  const Fit fit = fit_of(64);
  const Recipe plan = schedule("wsd", {{"total_steps", 64'000.0}, {"decay_start", 48'000.0}, {"final_lr", 0.0}});
  const RunUpdate update = update_run(fit, run_of(fit.draws[0], plan, 6000));
  EXPECT_NEAR(update.final_before.mean, forecast_at(make_sde(fit), plan, plan.total_steps(), 1).mean, 2e-5);
}

// It is set aside: as if it were not there, but for the noise of points, to which it adds a few differences.
TEST(UpdateRun, JunkRowMovesNothing) {
  const Fit fit = fit_of(128);
  const RunSoFar clean = run_of(fit.draws[3], wsd(), 6000);
  const RunUpdate usual = update_run(fit, clean);
  for (const double junk : {-1.0, 0.3, 40.0}) {
    RunSoFar run = clean;
    run.points[30].loss += junk * (junk < 0 ? run.points[30].loss - 1e-3 : 1);
    const RunUpdate update = update_run(fit, run);
    EXPECT_FALSE(update.alarm.raised()) << junk;
    EXPECT_EQ(update.set_aside, usual.set_aside + 1) << junk;
    EXPECT_NEAR(update.final_after().mean, usual.final_after().mean, 0.05 * width(usual.final_after())) << junk;
  }
}

TEST(UpdateRun, AlarmRaisesWhereARunLeavesItsBandUpwards) {
  const Fit fit = fit_of(128);
  const RunSoFar run = run_of(fit.draws[3], wsd(), kSteps);
  EXPECT_FALSE(update_run(fit, run).alarm.raised());
  const auto jump = [](Step step) { return step >= 5000 ? 0.05 : 0.0; };
  const auto growth = [](Step step) { return step >= 5000 ? 1e-4 * static_cast<double>(step - 5000) : 0.0; };
  const RunAlarm jumped = update_run(fit, raised(run, jump)).alarm, grown = update_run(fit, raised(run, growth)).alarm;
  EXPECT_EQ(jumped.reason, RunAlarm::Reason::above_expected);
  EXPECT_EQ(jumped.step, 5000 + kLogEvery) << "the second point after the jump";
  EXPECT_EQ(grown.reason, RunAlarm::Reason::above_expected);
  EXPECT_GT(grown.step, 5000);
  EXPECT_LE(grown.step, 5500);
  const auto better = [](Step step) { return step >= 5000 ? -0.05 : 0.0; };
  EXPECT_FALSE(update_run(fit, raised(run, better)).alarm.raised());
}

// Losses in another unit, or of another run: further below than any discrepancy. From the first windows on, where the
// law of run offsets is wider.
TEST(UpdateRun, AlarmRaisesWhereARunCannotBeSoFarBelow) {
  const Fit fit = fit_of(128);
  const RunSoFar run = run_of(fit.draws[3], wsd(), kSteps);
  RunSoFar bits = run;
  for (CurvePoint& point : bits.points) point.loss *= std::log(2.0);
  const RunAlarm alarm = update_run(fit, bits).alarm;
  EXPECT_EQ(alarm.reason, RunAlarm::Reason::below_forecast);
  EXPECT_LT(alarm.innovation, -5);
  EXPECT_LT(alarm.step, kSteps / 5);
  const double largest = 5 * fit.noise.run_offset.value;  // the discrepancy's deviation at its largest size
  const auto alarm_of = [&](double below) {
    return update_run(fit, raised(run, [&](Step step) { return step >= 5000 ? -below : 0.0; })).alarm.raised();
  };
  EXPECT_FALSE(alarm_of(3 * largest));
  EXPECT_TRUE(alarm_of(8 * largest));
}

// Too slow for a window to stand out from those before it: 1e-5 nats a step, 1e-3 from one point to the next.
TEST(UpdateRun, AlarmRaisesWhereARunDriftsFromItsForecast) {
  const Fit fit = fit_of(128);
  const auto drift = [](Step step) { return step >= 3000 ? 1e-5 * static_cast<double>(step - 3000) : 0.0; };
  const RunAlarm alarm = update_run(fit, raised(run_of(fit.draws[3], wsd(), kSteps), drift)).alarm;
  EXPECT_EQ(alarm.reason, RunAlarm::Reason::above_forecast);
  EXPECT_GT(alarm.innovation, 5);
}

TEST(UpdateRun, AlarmRaisesWhereThereIsNoLoss) {
  const Fit fit = fit_of(16);
  RunSoFar run = run_of(fit.draws[3], wsd(), 3000);
  run.lost = 3050;
  EXPECT_EQ(update_run(fit, run).alarm.reason, RunAlarm::Reason::not_a_number);
  EXPECT_EQ(update_run(fit, run).alarm.step, 3050);
  run.points.clear();
  EXPECT_TRUE(update_run(fit, run).alarm.raised()) << "not one loss";
}

TEST(UpdateRun, LossesBeyondAllMeasureAreNone) {
  const Fit fit = fit_of(16);
  const RunSoFar clean = run_of(fit.draws[3], wsd(), 3000);
  for (const double loss : {2e6, 1e300}) {
    RunSoFar run = clean;
    run.points[20].loss = run.points[21].loss = loss;
    const RunUpdate update = update_run(fit, run);
    EXPECT_EQ(update.alarm.reason, RunAlarm::Reason::not_a_number) << loss;
    EXPECT_EQ(update.alarm.step, clean.points[20].step) << loss;
    EXPECT_TRUE(std::isfinite(update.final_after().q95)) << loss;
  }
}

// Without any noise in the fit there is a forecast all the same.
TEST(UpdateRun, NoiseMayBeNothing) {
  Fit fit = fit_of(4);
  fit.noise = {};
  fit.noise.hill_dimensions.value = 1e12;
  const RunUpdate update = update_run(fit, run_of(fit.draws[3], wsd(), 3000));
  EXPECT_TRUE(std::isfinite(update.final_before.q05) && std::isfinite(update.final_after().tail_mean));
}

TEST(UpdateRun, ThreadsChangeNothing) {
  const Fit fit = fit_of(128);
  const RunSoFar run = run_of(fit.draws[3], wsd(), 6000);
  const RunUpdate one = update_run(fit, run, {.times = 20, .threads = 1});
  const RunUpdate three = update_run(fit, run, {.times = 20, .threads = 3});
  ASSERT_EQ(one.bands.size(), 20u);
  for (std::size_t i = 0; i < one.bands.size(); ++i) {
    EXPECT_EQ(one.bands[i].mean, three.bands[i].mean);
    EXPECT_EQ(one.bands[i].q99, three.bands[i].q99);
  }
  for (std::size_t i = 0; i < one.remaining.size(); ++i) EXPECT_EQ(one.remaining[i].mean, three.remaining[i].mean);
}

TEST(UpdateRun, OfAWholeLogNothingIsLeftToForecast) {
  const Fit fit = fit_of(128);
  const RunUpdate update = update_run(fit, run_of(fit.draws[3], wsd(), kSteps));
  EXPECT_EQ(update.last_step, kSteps);
  EXPECT_EQ(update.steps, (std::vector<Step>{kSteps}));
  EXPECT_TRUE(update.remaining.empty());
  EXPECT_FALSE(update.plan_beaten);
  EXPECT_LT(width(update.final_after()), 0.5 * width(update.final_before));
}

// Of draws that are all alike the differences are those of their law, which forecast_at() gives for the text, too.
TEST(UpdateRun, OtherRestsAreReadBackAsTheyWereJudged) {
  Fit fit = fit_of(1);
  const Recipe plan = cosine();
  const RunUpdate update = update_run(fit, run_of(fit.draws[0], plan, 6000));
  const LossSde sde = make_sde(fit);
  const double planned = forecast_at(sde, plan, kSteps).mean;
  ASSERT_GT(update.remaining.size(), 10u);
  for (const RemainingLr& one : update.remaining) {
    const Recipe recipe = parse_recipe(one.schedule, "test");
    EXPECT_NEAR(forecast_at(sde, recipe, kSteps).mean - planned, one.difference, 5e-5) << one.name;
    EXPECT_LE(recipe.peak_lr(), kPeak * (1 + 1e-6)) << one.name;
    for (Step s = 0; s < 6000; s += 100)
      EXPECT_NEAR(recipe.schedule.lr(s), plan.schedule.lr(s), 2e-3 * kPeak) << one.name << " at " << s;
  }
  EXPECT_TRUE(std::is_sorted(update.remaining.begin(), update.remaining.end(),
                             [](const RemainingLr& a, const RemainingLr& b) { return a.mean < b.mean; }));
}

// A plan that stays at its peak to the end is far from the best: a fall at the end beats it. A plan that falls to zero
// is not beaten by enough.
TEST(UpdateRun, SaysWhetherThePlanIsBeaten) {
  const Fit fit = fit_of(128);
  EXPECT_TRUE(update_run(fit, run_of(fit.draws[3], constant(), 6000)).plan_beaten);
  EXPECT_FALSE(update_run(fit, run_of(fit.draws[3], wsd(), 11'000)).plan_beaten);
}

TEST(UpdateRun, NeedsPointsAfterTheWarmUp) {
  const Fit fit = fit_of(4);
  EXPECT_THROW(update_run(fit, run_of(fit.draws[0], wsd(), 900)), InputError);
  EXPECT_NO_THROW(update_run(fit, run_of(fit.draws[0], wsd(), 1100)));
}

}  // namespace
}  // namespace losscast::test
