// A run whose data change: what its log says of the loss on the new ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "fit/shift_posterior.hpp"
#include "losscast/base/error.hpp"
#include "losscast/fit/run_update.hpp"
#include "losscast/schedule/continuation.hpp"
#include "losscast/schedule/features.hpp"
#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

constexpr double kPointNoise = 5e-4;  // nats
constexpr Step kSecond = 6000;        // updates on the new data

const SdeModel& model() { return find_model("adamw"); }

Fit fit_of(int draws) { return uncertain_fit(model(), draws, 1e-3, kPointNoise); }

Recipe plan() {
  return continued_recipe(cosine(), kSteps, schedule("cosine", {{"total_steps", double{kSecond}}, {"final_lr", 0.0}}));
}

struct Shift {
  double jump, pull, start, exponent;

  double at(Step step) const {
    if (step <= kSteps) return 0;
    const double clock = lr_sums(plan().schedule, kSteps, step).a1 / (kScales.lr * kScales.steps);
    return jump - pull * (1 - std::pow(1 + clock / start, -exponent));
  }
};

constexpr Shift kUsual{0.4, 0.3, 0.02, 0.4};

// The run of a draw on data that change, and its final loss without the noise of points.
struct Truth {
  RunSoFar run;
  double end;
};

Truth run_of(const std::vector<double>& draw, const Shift& shift, double share, std::uint64_t seed = 5) {
  Curve curve = curve_of(model(), draw, "run", plan(), {.noise = kPointNoise, .seed = seed});
  const Step until = kSteps + static_cast<Step>(share * double{kSecond});
  std::erase_if(curve.points, [&](const CurvePoint& point) { return point.step > until; });
  for (CurvePoint& point : curve.points) point.loss += shift.at(point.step);
  const Step last = plan().total_steps();
  const double end = fitted_law(known_fit(model(), draw), plan(), 0.1, std::vector<Step>{last})[0] + shift.at(last);
  return {{plan(), 0.1, std::move(curve.points), {}, 0, kSteps}, end};
}

double width(const Statistics& loss) { return loss.q95 - loss.q05; }
double width(const LossForecast& loss) { return loss.q95 - loss.q05; }

// The further the new data are logged, the narrower the bands are, and they hold what is true.
TEST(NewData, BandsShrinkAboutTheTruth) {
  const Fit fit = fit_of(64);
  double before = INFINITY;
  for (const double share : {0.05, 0.2, 0.6}) {
    const Truth truth = run_of(fit.draws[3], kUsual, share);
    const RunUpdate update = update_run(fit, truth.run);
    ASSERT_TRUE(update.new_data);
    const auto& [at, jump, pulled, to_come] = *update.new_data;
    EXPECT_EQ(at, kSteps);
    EXPECT_FALSE(update.alarm.raised()) << share;
    EXPECT_LT(std::abs(update.final_after().mean - truth.end), 4 * update.final_after().standard_deviation) << share;
    EXPECT_LT(std::abs(jump.mean - kUsual.jump), width(jump)) << share;
    const Step last = truth.run.points.back().step;
    EXPECT_LT(std::abs(pulled.mean - (kUsual.jump - kUsual.at(last))), width(pulled)) << share;
    EXPECT_LT(width(update.final_after()), before) << share;
    before = width(update.final_after());
  }
  EXPECT_LT(before, 0.02);
}

// A logged loss may be the mean over the updates since the row before: within 500 the pull is far from even.
TEST(NewData, TellsThePullByMeansOverManyUpdates) {
  constexpr Step kOver = 500, kEvery = 10;
  const Fit fit = fit_of(64);
  Truth truth = run_of(fit.draws[3], kUsual, 0.6);
  const Fit known = known_fit(model(), fit.draws[3]);
  std::erase_if(truth.run.points, [](const CurvePoint& point) { return point.step % kOver != 0; });
  for (CurvePoint& point : truth.run.points) {
    std::vector<Step> steps;
    for (Step step = point.step - kOver + kEvery; step <= point.step; step += kEvery) steps.push_back(step);
    point.loss = 0;
    const std::vector<double> law = fitted_law(known, plan(), 0.1, steps);
    for (std::size_t i = 0; i < steps.size(); ++i)
      point.loss += (law[i] + kUsual.at(steps[i])) / static_cast<double>(steps.size());
  }
  truth.run.mean_over = kOver;
  const RunUpdate update = update_run(fit, truth.run);
  ASSERT_TRUE(update.new_data);
  EXPECT_LT(std::abs(update.new_data->jump.mean - kUsual.jump), width(update.new_data->jump));
  EXPECT_NEAR(update.final_after().mean, truth.end, 0.01);
  truth.run.mean_over = 0;
  EXPECT_GT(std::abs(update_run(fit, truth.run).new_data->jump.mean - kUsual.jump), 0.05) << "taken for single losses";
}

// Where the loss goes up on the new data, the step may be wrong.
TEST(NewData, WarnsWhereTheLossRises) {
  const Fit fit = fit_of(64);
  const auto warns = [&](const Shift& shift) {
    return std::ranges::any_of(
        update_run(fit, run_of(fit.draws[3], shift, 0.6).run).warnings,
        [](const std::string& warning) { return warning.find("the loss on the new data rises") != std::string::npos; });
  };
  EXPECT_TRUE(warns({0.1, -0.3, 0.02, 0.4}));
  EXPECT_FALSE(warns(kUsual));
}

// Unless it is told of the change, an update takes it for a run that went astray.
TEST(NewData, IsAnAlarmUnlessTheChangeIsTold) {
  const Fit fit = fit_of(64);
  Truth truth = run_of(fit.draws[3], kUsual, 0.2);
  const double told = std::abs(update_run(fit, truth.run).final_after().mean - truth.end);
  truth.run.new_data_at.reset();
  const RunUpdate update = update_run(fit, truth.run);
  EXPECT_FALSE(update.new_data);
  EXPECT_TRUE(update.alarm.raised());
  EXPECT_GT(std::abs(update.final_after().mean - truth.end), 5 * told);
}

TEST(NewData, AlarmsWhereTheNewPhaseGoesAstray) {
  const Fit fit = fit_of(64);
  Truth truth = run_of(fit.draws[3], kUsual, 0.5);
  for (CurvePoint& point : truth.run.points)
    if (point.step > kSteps + 2000) point.loss += 0.3;
  const RunAlarm alarm = update_run(fit, truth.run).alarm;
  EXPECT_EQ(alarm.reason, RunAlarm::Reason::above_expected);
  EXPECT_GT(alarm.step, kSteps + 2000);
  EXPECT_LE(alarm.step, kSteps + 2000 + 3 * kLogEvery);
}

// Where the law and the shift are of the priors the bands of 90% hold about 90% of the ends. Of 40 a correct program
// misses more than 15 less than once in a million.
TEST(NewData, BandsHoldTheEnds) {
  const Fit fit = fit_of(64);
  constexpr int kTruths = 40, kMostMissed = 15;
  int missed = 0;
  for (int i = 0; i < kTruths; ++i) {
    Normals normal(static_cast<std::uint64_t>(1000 + i));
    const Shift shift{0.5 * normal(), 0.3 * std::exp(0.8 * normal()), 0.02 * std::exp(1.5 * normal()),
                      0.4 * std::exp(0.5 * normal())};
    const Truth truth = run_of(fit.draws[static_cast<std::size_t>(i)], shift, 0.1, static_cast<std::uint64_t>(i));
    const Statistics band = update_run(fit, truth.run, {.times = 2}).final_after();
    missed += truth.end < band.q05 || truth.end > band.q95 ? 1 : 0;
  }
  EXPECT_LE(missed, kMostMissed);
}

// A higher LR pulls the loss down further: what is said of another rest has the pull of that rest.
TEST(NewData, OtherRestsHaveTheirOwnPull) {
  const Fit fit = fit_of(64);
  Truth truth = run_of(fit.draws[3], kUsual, 0.3);
  const RunUpdate told = update_run(fit, truth.run);
  truth.run.new_data_at.reset();
  for (CurvePoint& point : truth.run.points) point.loss -= kUsual.at(point.step);
  const RunUpdate usual = update_run(fit, truth.run);
  const auto held = [](const RunUpdate& update) {
    const auto one = std::find_if(update.remaining.begin(), update.remaining.end(), [](const RemainingLr& rest) {
      return rest.name == "hold for 90% of the rest, then fall to 0";
    });
    return one == update.remaining.end() ? 1.0 : one->difference;
  };
  EXPECT_LT(held(told), held(usual) - 1e-3);
}

TEST(NewData, NeedsLossesOnThem) {
  const Fit fit = fit_of(4);
  Truth truth = run_of(fit.draws[0], kUsual, 0.1);
  for (const Step change : {Step{0}, plan().total_steps()}) {
    truth.run.new_data_at = change;
    EXPECT_THROW(update_run(fit, truth.run), InputError) << change;
  }
  truth.run.new_data_at = truth.run.points.back().step;
  EXPECT_THROW(update_run(fit, truth.run), InputError) << "a loss at the change itself may be of either data";
  truth.run.new_data_at = truth.run.points[truth.run.points.size() - 2].step;
  EXPECT_NO_THROW(update_run(fit, truth.run));
}

// Without a point the mixture is the prior's, and one exact point moves the loss there to it: the closed form of a
// normal J whose deviation is 2, beside which all else is small.
TEST(ShiftPosterior, OnePointTellsTheJump) {
  ShiftPosterior posterior(Discrepancy(1e-3, 1000), Eigen::VectorXd::Constant(5, 0.2), 1);
  EXPECT_NEAR(statistics_of(posterior.jump()).standard_deviation, 2, 1e-6);
  const ShiftPlace start{{600, 0, 0}, Eigen::VectorXd::Zero(1), {0.0}};
  posterior.take({start, 0.7, 1e-4});
  const Statistics jump = statistics_of(posterior.jump());
  EXPECT_NEAR(jump.mean, 0.7, 1e-4);
  EXPECT_LT(jump.standard_deviation, 5.1e-3) << "the discrepancy at its largest size";
  const Statistics pull = statistics_of(posterior.pull(0, 1));
  EXPECT_GT(pull.q05, 0) << "training on the new data takes the loss down";
  EXPECT_EQ(statistics_of(posterior.pull(0, 0)).mean, 0);
}

}  // namespace
}  // namespace losscast::test
