// Whether a fit finds how the limit of stability grows along a run, and only where runs tell it.
#include <gtest/gtest.h>

#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

constexpr double kPower = 0.5;
constexpr Step kLongWarmup = 2000;

Reference growing() {
  Reference reference = kScales;
  reference.limit_power = kPower;
  reference.limit_steps = kLongWarmup;
  return reference;
}

// What runs of a law with this limit after kLongWarmup updates [ref] and these warm-ups would log: for each warm-up a
// constant one at the peak and at half of it, and those that tell the rest of the law.
std::vector<Curve> runs(double limit, std::initializer_list<Step> warmups) {
  const SdeModel& model = find_model("adamw");
  std::vector<double> parameters = typical_parameters(model);
  parameters.back() = limit;
  Fit law = known_fit(model, parameters);
  law.reference = growing();
  std::vector<Schedule> schedules = {schedule("cosine", {{"final_lr", 3e-5}, {"peak_lr", 1e-4}}), cosine(),
                                     two_stage()};
  for (const Step warmup : warmups)
    for (const double peak : {kPeak, kPeak / 2})
      schedules.push_back(schedule("constant", {{"peak_lr", peak}, {"warmup_steps", static_cast<double>(warmup)}}));
  std::vector<Curve> curves;
  for (const Schedule& one : schedules) {
    Curve& curve = curves.emplace_back();
    curve.name = "run " + std::to_string(curves.size());
    curve.recipe = one;
    std::vector<Step> steps;
    for (Step s = kLongWarmup; s <= kSteps; s += kLogEvery) steps.push_back(s);
    const auto losses = fitted_law(law, curve.recipe, curve.weight_decay, steps);
    for (std::size_t i = 0; i < steps.size(); ++i) curve.points.push_back({steps[i], losses[i]});
  }
  return curves;
}

Fit fit_of(const std::vector<Curve>& curves) { return fit_model(curves, find_model("adamw"), {.threads = 2}); }

TEST(LimitGrowth, IsFoundWhereWarmupsDifferBeyondTheLimit) {
  const Fit fit = fit_of(runs(0.4, {250, kLongWarmup}));
  EXPECT_NEAR(fit.reference.limit_power, kPower, 0.051) << "the next power of the search";
  EXPECT_EQ(fit.reference.limit_steps, kLongWarmup);
  EXPECT_NEAR(fit.parameters.back().value, 0.4, 0.04);
}

TEST(LimitGrowth, IsNoneWhereNoRunIsBeyondTheLimit) {
  const Fit fit = fit_of(runs(20, {250, kLongWarmup}));
  EXPECT_EQ(fit.reference.limit_power, 0);
  EXPECT_EQ(fit.reference.limit_steps, 1) << "nothing was put in place of the scales of the runs";
}

TEST(LimitGrowth, IsNoneWhereWarmupsAreAlike) { EXPECT_EQ(fit_of(runs(0.4, {kWarmup})).reference.limit_power, 0); }

}  // namespace
}  // namespace losscast::test
