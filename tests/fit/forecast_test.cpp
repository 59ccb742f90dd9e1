#include "losscast/fit/forecast.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include "tests/fit/synthetic.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

using Source = Uncertainty::Source;

Fit fit_with_noise() {
  const SdeModel& model = find_model("power");
  Fit fit = known_fit(model, typical_parameters(model));
  fit.draws.push_back(fit.draws.front());
  fit.noise.startup_shift.value = 0.02;
  fit.noise.river_noise.value = 0.001;
  fit.noise.hill_dimensions.value = 4000;
  fit.noise.run_offset.value = 1e-3;
  fit.noise.observation_noise.value = 6e-4;
  fit.seen = {1e-4, 3e-4, 8000, 24000, 0.1, 0.1, 0, 0, {}, {}};
  return fit;
}

TEST(MakeRequest, TakesTheFitsModelDrawsAndNoise) {
  const Fit fit = fit_with_noise();
  const LossSde request = make_sde(fit);
  EXPECT_EQ(request.model, &find_model("power"));
  EXPECT_EQ(request.reference.lr, fit.reference.lr);
  EXPECT_EQ(request.reference.steps, fit.reference.steps);
  EXPECT_EQ(request.weight_decay, fit.weight_decay);
  EXPECT_EQ(request.draws.all(), fit.draws);
  EXPECT_FLOAT_EQ(request.noise.startup_shift, 0.02f);
  EXPECT_FLOAT_EQ(request.noise.river, 0.001f);
  EXPECT_FLOAT_EQ(request.noise.four_over_d, 1e-3f);
  EXPECT_FLOAT_EQ(request.noise.run_offset, 1e-3f);
  EXPECT_EQ(request.noise.observation, 0) << "off unless asked for";
}

TEST(MakeRequest, SwitchesEachSourceOfSpreadOff) {
  const Fit fit = fit_with_noise();
  const LossSde fixed = make_sde(fit, {.parameters = Source::off});
  EXPECT_EQ(fixed.draws.all(), std::vector<std::vector<double>>{parameter_values(fit)});
  EXPECT_GT(fixed.noise.startup_shift, 0);

  const LossSde quiet = make_sde(fit, {.noise = Source::off});
  EXPECT_EQ(quiet.draws.all(), fit.draws);
  EXPECT_EQ(quiet.noise.startup_shift, 0);
  EXPECT_EQ(quiet.noise.river, 0);
  EXPECT_EQ(quiet.noise.four_over_d, 0);
  EXPECT_EQ(quiet.noise.run_offset, 0);

  EXPECT_FLOAT_EQ(make_sde(fit, {.observation = Source::on}).noise.observation, 6e-4f);
}

TEST(MakeRequest, RefusesAFitOfOtherParameters) {
  Fit fit = fit_with_noise();
  EXPECT_NO_THROW(make_sde(fit));
  Fit renamed = fit;
  renamed.parameters[1].name = "amplitude";
  expect_error(ExitCode::usage_or_input, {"parameters", "power", "another version", "Fit again."},
               [&] { make_sde(renamed); });
  fit.parameters.pop_back();
  expect_error(ExitCode::usage_or_input, {"another version"}, [&] { make_sde(fit); });
}

TEST(MakeRequest, RefusesAFitOfAnUnknownModel) {
  Fit fit = fit_with_noise();
  EXPECT_NO_THROW(make_sde(fit));
  fit.model = "powr";
  expect_error(ExitCode::usage_or_input, {"powr", "power"}, [&] { make_sde(fit); });
}

Schedule run_of(double peak_lr, Step steps) {
  return schedule("constant", {{"peak_lr", peak_lr}, {"total_steps", static_cast<double>(steps)}});
}

TEST(RunDeviation, GrowsBeyondTheLongestHorizonAndTheHighestPeak) {
  const LossSde sde = make_sde(fit_with_noise());
  const auto of = [&](double peak_lr, Step steps) {
    const Recipe recipe = Schedule({{.end = steps, .from = peak_lr}});
    return static_cast<double>(with_offset_of(sde, recipe).noise.run_offset);
  };
  const double horizon = sde.reference.steps;
  EXPECT_NEAR(of(kPeak, static_cast<Step>(horizon / 2)), 1e-3, 1e-9) << "within";
  EXPECT_NEAR(of(kPeak / 10, static_cast<Step>(horizon)), 1e-3, 1e-9) << "within";
  EXPECT_NEAR(of(kPeak, static_cast<Step>(20 * horizon)), std::hypot(1e-3, 1e-3 * std::log(20)), 1e-7);
  EXPECT_NEAR(of(2 * kPeak, 100), std::hypot(1e-3, 3.9e-3 * std::log(2)), 1e-8);
  const LossSde quiet = make_sde(fit_with_noise(), {.noise = Source::off});
  EXPECT_EQ(with_offset_of(quiet, Schedule({{.end = 100, .span = 100, .from = 1.0}})).noise.run_offset, 0);
}

TEST(StandingPeakLr, IsWhereInstabilityCostsLittleInNineOfTenDraws) {
  const SdeModel& model = find_model("adamw");
  Fit fit = known_fit(model, typical_parameters(model));
  fit.draws.clear();
  for (int d = 0; d < 100; ++d) {
    fit.draws.push_back(parameter_values(fit));
    fit.draws.back().back() = 1 + 0.05 * ((37 * d) % 100);  // limits of 1 to 5.95, in no order
  }
  const double peak = standing_peak_lr(fit);
  EXPECT_NEAR(peak, 1.5 * kPeak * std::exp(std::sqrt(-0.6 / 0.13 * std::log(1 - 0.005 / 0.6))), 1e-9);
  fit.seen.peak_lr_max = kPeak;
  EXPECT_EQ(extrapolations(fit, schedule("constant", {{"peak_lr", 0.99 * peak}})).front().find("stands"),
            std::string::npos);
  EXPECT_NE(extrapolations(fit, schedule("constant", {{"peak_lr", 1.01 * peak}})).front().find("stands"),
            std::string::npos);
}

TEST(StandingPeakLr, IsAnyOfAModelWithoutALimit) {
  const SdeModel& model = find_model("power");
  EXPECT_EQ(standing_peak_lr(known_fit(model, typical_parameters(model))), std::numeric_limits<double>::infinity());
}

TEST(Extrapolations, AreNoneWithinTheRangesSeen) {
  const Fit fit = fit_with_noise();
  EXPECT_TRUE(extrapolations(fit, run_of(2e-4, 10000)).empty());
  EXPECT_TRUE(extrapolations(fit, run_of(3e-4, 24000)).empty()) << "the ends belong to the range";
  EXPECT_TRUE(extrapolations(fit, run_of(1e-4, 8000)).empty());
  EXPECT_TRUE(extrapolations(fit, run_of(3e-4 * (1 + 1e-15), 24000)).empty()) << "rounding is none";
  EXPECT_TRUE(extrapolations(fit, run_of(3e-4 * 1.0009, 24020)).empty()) << "nor is a thousandth";
  EXPECT_TRUE(extrapolations(fit, run_of(1e-4 * 0.9991, 7993)).empty());
}

TEST(Extrapolations, NameWhatLiesOutside) {
  const Fit fit = fit_with_noise();
  EXPECT_EQ(extrapolations(fit, run_of(1e-3, 24000)), std::vector<std::string>{"peak_lr 0.001 above 0.0003"});
  EXPECT_EQ(extrapolations(fit, run_of(5e-5, 24000)), std::vector<std::string>{"peak_lr 5e-05 below 0.0001"});
  EXPECT_EQ(extrapolations(fit, run_of(3e-4, 7990)), std::vector<std::string>{"total_steps 7990 below 8000"});
  EXPECT_EQ(extrapolations(fit, run_of(3e-4, 24030)), std::vector<std::string>{"total_steps 24030 above 24000"});
  EXPECT_EQ(extrapolations(fit, run_of(1e-3, 48000)).size(), 2u) << "each of several";
}

TEST(Extrapolations, SayHowFarASizeLiesFromThoseTrained) {
  Fit fit = fit_with_noise();
  fit.params = 2e8;
  EXPECT_FALSE(size_extrapolation(fit)) << "trained itself";
  fit.moved_from = 1e8;
  EXPECT_EQ(size_extrapolation(fit), "params 2e+08, 2 times as large as the nearest size trained, 1e+08");
  fit.seen.params_min = 25e6;
  fit.seen.params_max = 1e8;
  EXPECT_TRUE(far_extrapolations(fit, run_of(3e-4, 24000), 0.1).empty());
  fit.params = 5e6;
  fit.moved_from = 25e6;
  EXPECT_EQ(size_extrapolation(fit), "params 5e+06, 5 times as small as the nearest size trained, 2.5e+07");
  EXPECT_EQ(far_extrapolations(fit, run_of(3e-4, 24000), 0.1),
            std::vector<std::string>{"params 5e+06 far below 2.5e+07"});
}

// The fit's batches lie one after another; paths take one draw of each in turn, none twice, and each seed begins
// elsewhere.
TEST(DrawsInTurn, AreOfEveryBatchAndAllOfThem) {
  constexpr int kDraws = 64;
  std::vector<std::vector<double>> draws;
  for (int d = 0; d < kDraws; ++d) draws.push_back({static_cast<double>(d)});
  LossSde sde;
  sde.draws = draws;
  std::set<double> firsts;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const ParameterDraws turned = with_draws_in_turn(sde, seed).draws;
    ASSERT_EQ(turned.size(), draws.size());
    std::set<double> all;
    for (std::size_t d = 0; d < kDraws; ++d) {
      all.insert(turned[d][0]);
      EXPECT_EQ(static_cast<std::size_t>(turned[d][0]) / 4, d % 16) << d;
    }
    EXPECT_EQ(all.size(), draws.size());
    firsts.insert(turned[0][0]);
  }
  EXPECT_GT(firsts.size(), 1u);
}

TEST(DrawsInTurn, OfAnyNumberAreThemselves) {
  for (const std::size_t count : {0u, 1u, 5u, 17u, 100u}) {
    LossSde sde;
    std::vector<std::vector<double>> draws;
    for (std::size_t d = 0; d < count; ++d) draws.push_back({static_cast<double>(d)});
    sde.draws = draws;
    std::vector<std::vector<double>> turned = with_draws_in_turn(sde, 3).draws.all();
    std::sort(turned.begin(), turned.end());
    EXPECT_EQ(turned, draws) << count;
  }
}

}  // namespace
}  // namespace losscast::test
