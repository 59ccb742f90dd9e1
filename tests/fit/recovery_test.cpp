// Fits to curves that a model's own law made: the answer is known.
#include <gtest/gtest.h>

#include <cmath>

#include "fit/minimise.hpp"
#include "tests/fit/per_model.hpp"
#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

constexpr double kNoise = 6e-4;  // of logged points, as in public runs [nats]

class Recovery : public EveryModel {};
INSTANTIATE_TEST_SUITE_P(Models, Recovery, ::testing::ValuesIn(models()), model_test_name);

TEST_P(Recovery, IsExactWithoutNoise) {
  const auto truth = typical_parameters(model());
  const Fit fit = fit_model(informative_curves(model(), truth), model());
  ASSERT_EQ(fit.parameters.size(), truth.size());
  for (std::size_t p = 0; p < truth.size(); ++p)
    EXPECT_NEAR(fit.parameters[p].value, truth[p], 1e-6 * truth[p]) << fit.parameters[p].name;
  for (const CurveDiagnostics& one : fit.diagnostics) EXPECT_LT(one.rms_residual, 1e-6) << one.curve;
}

// The posterior takes residuals for misfit of the law, the same at neighbouring points. Noise averages out instead, so
// that errors are small against it.
void expect_within_standard_errors(const std::vector<Fit>& fits, const std::vector<double>& truth) {
  double squares = 0, count = 0;
  for (const Fit& fit : fits)
    for (std::size_t p = 0; p < truth.size(); ++p) {
      if (fit.parameters[p].standard_error == 0) continue;  // what one peak leaves off
      const double z = (fit.parameters[p].value - truth[p]) / fit.parameters[p].standard_error;
      EXPECT_LT(std::abs(z), 4) << fit.parameters[p].name << ", fit " << &fit - fits.data();
      squares += z * z;
      ++count;
    }
  EXPECT_LT(std::sqrt(squares / count), 0.5);
}

void expect_its_minimum_from_every_start(const Fit& fit, const std::vector<Curve>& curves, const SdeModel& model) {
  FitProblem problem = make_problem(curves, model);
  EXPECT_TRUE(take_early_points(problem, parameter_values(fit)));
  EXPECT_EQ(fit.starts, static_cast<int>(starts(problem).size()));
  EXPECT_GE(fit.starts, 4);
  EXPECT_EQ(fit.starts_converged_to_best, fit.starts);

  for (const auto& start : starts(problem)) {
    const Minimum minimum = minimise(problem, start);
    for (const std::size_t p : problem.searched)
      EXPECT_NEAR(minimum.parameters[p], fit.parameters[p].value, 0.01 * fit.parameters[p].standard_error)
          << fit.parameters[p].name;
  }
}

// Both of one fit, which is what takes time.
TEST_P(Recovery, WithNoiseIsWithinStandardErrorsAndTheSameFromEveryStart) {
  const auto truth = typical_parameters(model());
  const auto curves = [&](std::uint64_t seed) {
    return informative_curves(model(), truth, {.noise = kNoise, .seed = seed});
  };
  const std::vector<Fit> fits = {fit_model(curves(1), model()), fit_model(curves(2), model())};
  expect_within_standard_errors(fits, truth);
  expect_its_minimum_from_every_start(fits[0], curves(1), model());
}

TEST(Fit, IsTheSameForAnyNumberOfThreads) {
  const SdeModel& model = find_model("adamw");
  const auto curves = informative_curves(model, typical_parameters(model), {.noise = kNoise});
  const Fit one = fit_model(curves, model, {.threads = 1});
  const Fit three = fit_model(curves, model, {.threads = 3});
  EXPECT_EQ(parameter_values(one), parameter_values(three));
  EXPECT_EQ(one.draws, three.draws);
}

// One point 0.02 nats off, too little for junk. Huber's function bounds its pull by delta = 1e-3 in log loss, which
// with a residual spread of s = 6e-4 / 2.8 and a leverage of h = 6 parameters / 345 points moves a parameter by about
// delta / s sqrt(h) = 0.6 standard errors. Least squares would move it by 0.02 / 2.8 / s sqrt(h) = 4.4.
TEST(Fit, IsHardlyMovedByOneOutlier) {
  const SdeModel& model = find_model("adamw");
  auto curves = informative_curves(model, typical_parameters(model), {.noise = kNoise});
  const Fit clean = fit_model(curves, model);
  curves[1].points[curves[1].points.size() / 2].loss += 0.02;
  const Fit planted = fit_model(curves, model);
  EXPECT_TRUE(planted.disowned.empty());
  double moved = 0;
  for (std::size_t p = 0; p < clean.parameters.size(); ++p) {
    if (clean.parameters[p].standard_error == 0) continue;  // what one peak leaves off
    const double shift =
        std::abs(planted.parameters[p].value - clean.parameters[p].value) / clean.parameters[p].standard_error;
    EXPECT_LT(shift, 1.2) << clean.parameters[p].name;
    moved = std::max(moved, shift);
  }
  EXPECT_GT(moved, 1e-3) << "the outlier takes part";
  EXPECT_NEAR(planted.diagnostics[1].worst_relative_residual, 0.02 / curves[1].points.back().loss, 1e-3)
      << "and the diagnostics show it";
}

TEST(Fit, SaysWhichParameterIsOnItsBound) {
  const SdeModel& model = find_model("power");
  auto truth = typical_parameters(model);
  const Fit inside = fit_model(informative_curves(model, truth), model);
  for (const ParameterEstimate& parameter : inside.parameters) EXPECT_FALSE(parameter.at_bound) << parameter.name;

  truth[0] = 21;  // L0 beyond what the model allows
  const Fit fit = fit_model(informative_curves(model, truth), model);
  EXPECT_TRUE(fit.parameters[0].at_bound);
  EXPECT_NEAR(fit.parameters[0].value, model.parameters()[0].upper, 1e-3);
}

TEST(Fit, StatesTheRangesSeen) {
  const SdeModel& model = find_model("power");
  const auto truth = typical_parameters(model);
  std::vector<Curve> curves = informative_curves(model, truth);
  curves.push_back(curve_of(model, truth, "low", schedule("constant", {{"peak_lr", 1e-4}, {"total_steps", 20000.0}})));
  curves[0].params = 2.5e7;
  curves[1].params = 1e8;
  const Fit fit = fit_model(curves, model);
  EXPECT_EQ(fit.reference.lr, kPeak);
  EXPECT_EQ(fit.seen.peak_lr_min, 1e-4);
  EXPECT_EQ(fit.seen.peak_lr_max, kPeak);
  EXPECT_EQ(fit.seen.total_steps_min, 12000);
  EXPECT_EQ(fit.seen.total_steps_max, 20000);
  EXPECT_EQ(fit.seen.params_min, 2.5e7);
  EXPECT_EQ(fit.seen.params_max, 1e8);

  curves.back().points.resize(187);  // up to step 19,100: 95.5% of the run
  EXPECT_EQ(fit_model(curves, model).seen.total_steps_max, 20000) << "a run counts whole if its end is nearly reached";
  curves.back().points.resize(150);  // up to step 15,400
  EXPECT_EQ(fit_model(curves, model).seen.total_steps_max, 15400) << "else up to its last logged step";
}

TEST(Fit, LeavesOutPointsBeforeTheEndOfTheWarmUp) {
  const SdeModel& model = find_model("power");
  auto curves = informative_curves(model, typical_parameters(model));
  const Fit without = fit_model(curves, model);
  for (Curve& curve : curves) curve.points.insert(curve.points.begin(), {{10, 9.0}, {400, 8.0}});
  const Fit with = fit_model(curves, model);
  EXPECT_EQ(parameter_values(with), parameter_values(without));
  EXPECT_EQ(with.diagnostics.front().points, without.diagnostics.front().points);
}

TEST(FitModel, TellsBeforeTheSearchWhatItWillTake) {
  const SdeModel& model = find_model("power");
  std::vector<double> told;
  FitOptions options;
  options.before_search = [&](double seconds) { told.push_back(seconds); };
  fit_model(informative_curves(model, typical_parameters(model)), model, options);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_GT(told.front(), 0);
}

}  // namespace
}  // namespace losscast::test
