// Priors that somebody gives take the place of the model's own.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "fit/fit_problem.hpp"
#include "fit/given_priors.hpp"
#include "losscast/fit/validation.hpp"
#include "tests/fit/synthetic.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

const SdeModel& adamw() { return find_model("adamw"); }
const SdeModel& power() { return find_model("power"); }

std::vector<Curve> curves(const SdeModel& model) {
  return informative_curves(model, typical_parameters(model), {.noise = 6e-4});
}

Fit fit_with(const SdeModel& model, std::vector<GivenPrior> priors) {
  return fit_model(curves(model), model, {.priors = std::move(priors), .before_search = {}});
}

template <class Parameters>
const auto& named(const Parameters& parameters, std::string_view name) {
  return *std::find_if(parameters.begin(), parameters.end(), [&](const auto& one) { return one.name == name; });
}

TEST(GivenPriors, MoveTheFitAndNarrowThePosteriorAsTheySay) {
  constexpr double kDeviation = 1e-3;
  constexpr double kCentre = 0.7;  // the curves are made with 0.53
  const Fit fit = fit_with(power(), {{"alpha", kCentre, kDeviation}});
  const ParameterEstimate& alpha = named(fit.parameters, "alpha");
  EXPECT_NEAR(std::log(alpha.value / kCentre), 0, 5 * kDeviation);
  EXPECT_NEAR(alpha.standard_error / alpha.value, kDeviation, 0.2 * kDeviation);
}

// The loss is linear in L0, and so is its scale.
TEST(GivenPriors, AreOfTheParameterItselfWhereItsScaleIsLinear) {
  constexpr double kCentre = 2.6, kDeviation = 1e-3;  // the curves are made with 2.7
  const Fit fit = fit_with(power(), {{"L0", kCentre, kDeviation}});
  const ParameterEstimate& floor = named(fit.parameters, "L0");
  EXPECT_NEAR(floor.value, kCentre, 5 * kDeviation);
  EXPECT_NEAR(floor.standard_error, kDeviation, 0.2 * kDeviation);
}

// Runs of one peak do not determine c, which is off without a prior.
TEST(GivenPriors, FreeAParameterThatTheRunsCannotDetermine) {
  constexpr double kCentre = 0.6, kDeviation = 0.05;
  const Fit without = fit_with(adamw(), {});
  ASSERT_EQ(named(without.parameters, "c").value, 0);
  ASSERT_EQ(named(without.parameters, "c").standard_error, 0);
  const Fit fit = fit_with(adamw(), {{"c", kCentre, kDeviation}});
  const ParameterEstimate& c = named(fit.parameters, "c");
  EXPECT_NEAR(std::log(c.value / kCentre), 0, 2 * kDeviation);
  EXPECT_NEAR(c.standard_error / c.value, kDeviation, 0.3 * kDeviation);
  for (const std::string& warning : fit.warnings)
    EXPECT_EQ(warning.find("c = "), std::string::npos) << "its prior is meant to decide it: " << warning;
}

TEST(GivenPriors, StartAFreedParameterAtTheCentreAndLeaveOtherStarts) {
  const auto runs = curves(adamw());
  const FitProblem own = make_problem(runs, adamw());
  const std::vector<GivenPrior> priors = {{"c", 0.6, 0.05}, {"alpha", 0.5, 0.1}, {"L0", 2.5, 0.2}};
  const FitProblem given = make_problem(runs, adamw(), {.priors = priors});
  EXPECT_EQ(given.searched.size(), own.searched.size() + 1);
  EXPECT_EQ(named(given.parameters, "c").starts, (std::array{0.6, 0.6}));
  EXPECT_EQ(named(given.parameters, "alpha").starts, named(own.parameters, "alpha").starts);
  EXPECT_FALSE(named(given.parameters, "L0").starts);
  EXPECT_EQ(named(given.parameters, "alpha").prior->mean, std::log(0.5));
  EXPECT_EQ(named(given.parameters, "alpha").prior->standard_deviation, 0.1);
  EXPECT_EQ(named(given.parameters, "L0").prior->mean, 2.5);
  EXPECT_EQ(named(given.parameters, "q").prior->mean, named(own.parameters, "q").prior->mean);
}

void refused(const GivenPrior& prior, const std::vector<std::string>& parts) {
  const auto runs = curves(power());
  expect_error(ExitCode::usage_or_input, parts, [&] { fit_model(runs, power(), {.priors = {prior}}); });
  expect_error(ExitCode::usage_or_input, parts, [&] { validate(runs, power(), {.priors = {prior}}); });
}

TEST(GivenPriors, AreOfParametersThatTheModelHas) {
  refused({"alhpa", 0.5, 0.1}, {"priors.alhpa: model power has no such parameter", "L0, A, alpha",
                                "Did you mean "
                                "\"alpha\"?"});
  refused({"limit", 5, 0.1}, {"priors.limit: model power has no such parameter", "Name one of them"});
}

TEST(GivenPriors, AreCentredWhereTheParameterMayBe) {
  const ModelParameter alpha = named(power().parameters(), "alpha");
  EXPECT_NO_THROW(check_priors(power(), std::vector<GivenPrior>{{"alpha", alpha.lower, 0.1}}));
  refused({"alpha", 0, 0.1}, {"priors.alpha: the centre 0 is outside the bounds", "alpha from 0.05 to 5", "Give"});
  refused({"alpha", 5.01, 0.1}, {"priors.alpha: the centre 5.01 is outside the bounds"});
  refused({"L0", -1, 0.1}, {"priors.L0: the centre -1 is outside the bounds", "L0 from 0 to 20"});
}

TEST(GivenPriors, HoldInTheFitsOfAValidation) {
  const auto end_of = [](const std::vector<GivenPrior>& priors) {
    const Validation validation =
        validate(curves(power()), power(), {.groupings = {Grouping::curve}, .threads = 2, .priors = priors});
    return validation.groupings.at(0).folds.at(0).runs.at(0).forecast;
  };
  EXPECT_NE(end_of({}), end_of({{"alpha", 1.0, 1e-3}}));
}

}  // namespace
}  // namespace losscast::test
