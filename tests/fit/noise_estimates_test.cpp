// Noise parameters recovered from residuals whose noise is known.
#include "fit/noise_estimates.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/fit/synthetic.hpp"
#include "tests/reference/reference_path.hpp"

namespace losscast::test {
namespace {

const SdeModel& model() { return find_model("adamw"); }
std::vector<double> truth() { return typical_parameters(model()); }

reference::Model reference_model() {
  const auto t = truth();
  reference::Model out = reference::adamw(t, kPeak, 0.1);
  out.horizon = kScales.steps;
  return out;
}

struct NoiseOf {
  double dimensions = 0;   // of the hills; 0: they follow their mean
  double observation = 0;  // nats
  double shift = 0;        // u(0) of this run
  Step every = kLogEvery;
};

// One path of the SDE, update by update, as a run would log it.
Curve noisy_curve(const std::string& name, const Schedule& schedule, const NoiseOf& noise, std::uint64_t seed) {
  const reference::Model sde = reference_model();
  std::vector<double> lrs(static_cast<std::size_t>(schedule.total_steps()));
  schedule.fill(0, lrs);
  Normals normal(seed);
  std::vector<double> normals(lrs.size() * (sde.hills.size() + 1));
  for (double& z : normals) z = normal();
  const auto losses = reference::path(sde, lrs, reference::blocks_of(1, lrs.size()), normals,
                                      {.hill_dimensions = noise.dimensions}, {.startup_shift = noise.shift});
  Curve curve{.name = name, .file = name + ".csv", .recipe = schedule, .points = {}};
  for (Step s = kWarmup; s <= schedule.total_steps(); s += noise.every)
    curve.points.push_back({s, losses[static_cast<std::size_t>(s) - 1] + noise.observation * normal()});
  return curve;
}

// The noise parameters that residuals around the true law give.
Noise estimate(const std::vector<Curve>& curves) {
  FitProblem problem = make_problem(curves, model());
  problem.reference = kScales;
  problem.observations.clear();
  for (const Curve& curve : curves) problem.observations.push_back(observe(curve, kWarmup, model(), kScales));
  std::vector<double> residuals;
  law_residuals(problem, truth(), residuals);
  return estimate_noise(problem, truth(), residuals);
}

std::vector<Curve> varied_runs(const NoiseOf& noise, std::uint64_t seed) {
  return {noisy_curve("constant", constant(), noise, seed), noisy_curve("cosine", cosine(), noise, seed + 1),
          noisy_curve("two_stage", two_stage(), noise, seed + 2)};
}

// About 300 third differences at the least, of which a third counts as independent: a variance is known to sqrt(2 /
// 100) = 14%, and to about twice that where two are told apart. A factor of 1.5 in a standard deviation, 2.25 in a
// variance or in d, is three times as far.
constexpr double kFactor = 1.5;

TEST(NoiseEstimates, RecoverHillDimensionsAndObservationNoise) {
  constexpr double kDimensions = 2000, kObservation = 6e-4;
  // At 10 steps a part of the hills' noise is the same at neighbouring points, at 100 hardly any.
  for (const auto& [seed, every] : std::vector<std::pair<std::uint64_t, Step>>{{10, 100}, {20, 100}, {30, 10}}) {
    const Noise noise =
        estimate(varied_runs({.dimensions = kDimensions, .observation = kObservation, .every = every}, seed));
    EXPECT_TRUE(noise.hill_dimensions.fitted) << seed;
    EXPECT_LT(std::abs(std::log(noise.hill_dimensions.value / kDimensions)), std::log(kFactor * kFactor)) << seed;
    EXPECT_TRUE(noise.observation_noise.fitted) << seed;
    EXPECT_LT(std::abs(std::log(noise.observation_noise.value / kObservation)), std::log(kFactor)) << seed;
  }
}

TEST(NoiseEstimates, FollowTheNoise) {
  // The same random numbers, so only the noise's size differs.
  const Noise quiet = estimate(varied_runs({.dimensions = 4000, .observation = 2e-4}, 10));
  const Noise loud = estimate(varied_runs({.dimensions = 1000, .observation = 4e-4}, 10));
  EXPECT_NEAR(loud.hill_dimensions.value / quiet.hill_dimensions.value, 0.25, 0.03);
  EXPECT_NEAR(loud.observation_noise.value / quiet.observation_noise.value, 2, 0.2);
}

TEST(NoiseEstimates, AreRobustToOutliers) {
  auto curves = varied_runs({.dimensions = 2000, .observation = 6e-4}, 10);
  const Noise clean = estimate(curves);
  for (Curve& curve : curves) curve.points[60].loss += 0.1;
  const Noise planted = estimate(curves);
  EXPECT_NEAR(planted.hill_dimensions.value / clean.hill_dimensions.value, 1, 0.3);
  EXPECT_NEAR(planted.observation_noise.value / clean.observation_noise.value, 1, 0.3);
}

TEST(NoiseEstimates, KeepDefaultDimensionsWhereTheLrHardlyVaries) {
  const Noise noise = estimate({noisy_curve("a", constant(), {.dimensions = 4000, .observation = 2e-3}, 1),
                                noisy_curve("b", constant(), {.dimensions = 4000, .observation = 2e-3}, 2)});
  EXPECT_FALSE(noise.hill_dimensions.fitted);
  EXPECT_NE(noise.hill_dimensions.source.find("default"), std::string::npos);
  EXPECT_TRUE(noise.observation_noise.fitted) << "what hills of the default dimensions do not explain";
  EXPECT_LT(std::abs(std::log(noise.observation_noise.value / 2e-3)), std::log(kFactor));
}

TEST(NoiseEstimates, AreDefaultsWithFewPoints) {
  const Noise noise = estimate({noisy_curve("short", two_stage(), {.observation = 2e-3, .every = 1000}, 1)});
  for (const NoiseParameter* one :
       {&noise.startup_shift, &noise.river_noise, &noise.hill_dimensions, &noise.observation_noise}) {
    EXPECT_FALSE(one->fitted);
    EXPECT_NE(one->source.find("default"), std::string::npos) << one->source;
  }
  EXPECT_EQ(noise.hill_dimensions.value, 4000);
  EXPECT_EQ(noise.startup_shift.value, 60 / kScales.steps);
  EXPECT_EQ(noise.river_noise.value, 0);
}

TEST(NoiseEstimates, NeverClaimToKnowRiverNoise) {
  EXPECT_FALSE(estimate(varied_runs({.dimensions = 2000, .observation = 6e-4}, 10)).river_noise.fitted);
}

// Residuals of one run 0, of another 0.01, of the third larger: the middle one's size counts.
TEST(RunOffset, GrowsWithTheTypicalResidual) {
  auto curves = varied_runs({}, 10);
  EXPECT_NEAR(estimate({curves[0]}).run_offset.value, 2.3e-3, 2e-4);
  for (CurvePoint& point : curves[1].points) point.loss += 0.01;
  for (CurvePoint& point : curves[2].points) point.loss += 0.1;
  EXPECT_NEAR(estimate(curves).run_offset.value, std::hypot(2.3e-3, 0.48 * 0.01), 2e-4);
}

// Runs of one recipe, each of which lies above the law by its offset.
std::vector<Curve> repeats(const Schedule& schedule, const std::vector<double>& offsets) {
  std::vector<Curve> curves;
  for (const double offset : offsets) {
    curves.push_back(noisy_curve("repeat " + std::to_string(curves.size()), schedule, {}, 1));
    for (CurvePoint& point : curves.back().points) point.loss += offset;
  }
  return curves;
}

std::vector<Curve> joined(std::vector<Curve> curves, const std::vector<Curve>& more) {
  curves.insert(curves.end(), more.begin(), more.end());
  return curves;
}

double offset_of(const std::vector<Curve>& curves) { return estimate(curves).run_offset.value; }

// What the offset is to be: 0.001 of the 0.0023 nats count as four degrees of freedom beside those of the repeats.
double expected_offset(double typical_residual, double squares, double freedom) {
  return std::sqrt(2.3e-3 * 2.3e-3 - 1e-6 + (4 * 1e-6 + squares) / (4 + freedom) +
                   0.48 * 0.48 * typical_residual * typical_residual);
}

constexpr double kApart = 4e-3, kLawError = 2e-5;  // [nats]

TEST(RunOffset, GrowsWithWhatRepeatsDifferBy) {
  const double offset = offset_of(repeats(constant(), {-kApart, 0, kApart}));
  EXPECT_NEAR(offset, expected_offset(kApart, 2 * kApart * kApart, 2), kLawError);
  EXPECT_GT(offset, expected_offset(kApart, 0, 0) + 10 * kLawError);
}

TEST(RunOffset, ShrinksWhereRepeatsAgree) {
  const double offset = offset_of(repeats(constant(), {-1e-6, 0, 1e-6}));
  EXPECT_NEAR(offset, expected_offset(0, 0, 2), kLawError);
  EXPECT_LT(offset, 2.3e-3 - 2 * kLawError);
}

TEST(RunOffset, PoolsTheRepeatsOfAllRecipes) {
  const auto curves = joined(repeats(constant(), {0, 2 * kApart}), repeats(cosine(), {-kApart, kApart, 0}));
  // Around the recipes' own means, 0.004 and 0; of five sizes the middle one is 0.004.
  EXPECT_NEAR(offset_of(curves), expected_offset(kApart, 4 * kApart * kApart, 3), kLawError);
}

TEST(RunOffset, SaysHowManyRunsAreRepeats) {
  const Noise noise = estimate(joined(repeats(constant(), {0, kApart}), repeats(cosine(), {0, kApart, -kApart})));
  EXPECT_TRUE(noise.run_offset.fitted);
  EXPECT_NE(noise.run_offset.source.find("5 runs that repeat 2 recipes"), std::string::npos) << noise.run_offset.source;
  EXPECT_EQ(estimate(varied_runs({}, 10)).run_offset.source.find("repeat"), std::string::npos);
}

TEST(RunOffset, TakesNoBranchNorTheSameStartNorAnotherRecipeForARepeat) {
  const auto curves = repeats(constant(), {-kApart, kApart});
  EXPECT_NEAR(offset_of(curves), expected_offset(kApart, 2 * kApart * kApart, 1), kLawError);
  const double without = expected_offset(kApart, 0, 0);
  auto branch = curves, alike = curves, decay = curves;
  branch[1].branch_of = "repeat 0";
  EXPECT_NEAR(offset_of(branch), without, kLawError);
  for (std::size_t i = 0; i < 5; ++i) alike[1].points[i] = alike[0].points[i];
  EXPECT_NEAR(offset_of(alike), without, 10 * kLawError) << "five points have another offset";
  decay[1].recipe.weight_decay = StepValues(0.1001);
  EXPECT_NEAR(offset_of(decay), without, kLawError);
}

// The law's misfit late in a run says nothing of a repeat that was not logged so far.
TEST(RunOffset, ComparesRepeatsOverTheStepsThatBothWereLoggedAt) {
  auto curves = joined(repeats(constant(), {0, 1e-6}), repeats(cosine(), {0}));
  const std::size_t half = curves[0].points.size() / 2;
  for (std::size_t i = half; i < curves[0].points.size(); ++i) curves[0].points[i].loss += 0.1;
  curves[1].points.resize(half);
  EXPECT_NEAR(offset_of(curves), expected_offset(0, 0, 1), kLawError);
}

// Shifts small against the clock where the fit starts (0.05 or more), so that the law is linear in them.
constexpr double kShift = 0.001;
std::vector<Curve> shifted_runs() {
  return {noisy_curve("early", constant(), {.shift = kShift}, 1), noisy_curve("late", cosine(), {.shift = -kShift}, 2)};
}

TEST(StartupShift, IsTheSpreadOfStartsWithTheDefaultAsTwoMore) {
  const Noise noise = estimate(shifted_runs());
  EXPECT_TRUE(noise.startup_shift.fitted);
  const double kDefault = 60 / kScales.steps;
  const double expected = std::sqrt((2 * kDefault * kDefault + 2 * kShift * kShift) / 3);
  EXPECT_NEAR(noise.startup_shift.value, expected, 0.01 * expected);

  auto apart = shifted_runs();
  apart[0] = noisy_curve("early", constant(), {.shift = 5 * kShift}, 1);
  apart[1] = noisy_curve("late", cosine(), {.shift = -5 * kShift}, 2);
  EXPECT_GT(estimate(apart).startup_shift.value, 1.2 * noise.startup_shift.value);
}

TEST(StartupShift, CountsBranchesOfOneRunOnce) {
  auto branches = shifted_runs();
  EXPECT_TRUE(estimate(branches).startup_shift.fitted);
  branches[1].branch_of = "early";
  EXPECT_FALSE(estimate(branches).startup_shift.fitted);
}

TEST(StartupShift, CountsCurvesThatStartAlikeOnce) {
  auto alike = shifted_runs();
  EXPECT_TRUE(estimate(alike).startup_shift.fitted);
  for (std::size_t i = 0; i < 10; ++i) alike[1].points[i] = alike[0].points[i];
  EXPECT_FALSE(estimate(alike).startup_shift.fitted);
}

}  // namespace
}  // namespace losscast::test
