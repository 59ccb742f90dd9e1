// Whether it is found how the limit of stability grows along a run, and only where runs tell it.
#include "fit/limit_growth.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

constexpr double kPower = 0.5;
constexpr Step kLongWarmup = 800;

const SdeModel& adamw() { return find_model("adamw"); }

Schedule short_schedule(const std::string& family, std::map<std::string, Value> more) {
  more["total_steps"] = 4000.0;
  return schedule(family, std::move(more));
}

// What runs of a law with this limit after kLongWarmup updates [ref] and these warm-ups would log: for each warm-up a
// constant one at the peak and at half of it, and those that tell the rest of the law.
std::vector<Curve> runs(double limit, std::initializer_list<Step> warmups) {
  std::vector<double> parameters = typical_parameters(adamw());
  parameters.back() = limit;
  Fit law = known_fit(adamw(), parameters);
  law.reference.limit_power = kPower;
  law.reference.limit_steps = kLongWarmup;
  std::vector<Schedule> schedules = {short_schedule("cosine", {{"final_lr", 3e-5}}),
                                     short_schedule("cosine", {{"final_lr", 1e-5}, {"peak_lr", kPeak / 4}})};
  for (const Step warmup : warmups)
    for (const double peak : {kPeak, kPeak / 2})
      schedules.push_back(
          short_schedule("constant", {{"peak_lr", peak}, {"warmup_steps", static_cast<double>(warmup)}}));
  std::vector<Curve> curves;
  for (const Schedule& one : schedules) {
    const std::string name = "run " + std::to_string(curves.size());
    Curve& curve = curves.emplace_back(Curve{.name = name, .file = name + ".csv", .recipe = one, .points = {}});
    std::vector<Step> steps;
    for (Step s = kLongWarmup; s <= one.total_steps(); s += kLogEvery) steps.push_back(s);
    const auto losses = fitted_law(law, curve.recipe, curve.weight_decay, steps);
    for (std::size_t i = 0; i < steps.size(); ++i) curve.points.push_back({steps[i], losses[i]});
  }
  return curves;
}

// The minimum that is found from a limit beyond all peaks, where its prior is.
Minimum minimum_of(const FitProblem& problem) { return minimise(problem, starts(problem).back()); }

TEST(LimitGrowth, IsFoundWhereWarmupsDifferBeyondTheLimit) {
  const std::vector<Curve> curves = runs(0.3, {100, kLongWarmup});
  FitProblem problem = make_problem(curves, adamw());
  const Minimum before = minimum_of(problem);
  ASSERT_GT(before.parameters.back(), 1) << "the minimum is one without a limit";
  ASSERT_TRUE(std::isfinite(before.cost));
  ASSERT_TRUE(grow_limit(problem, before, 2));
  EXPECT_NEAR(problem.reference.limit_power, kPower, 0.051) << "the next power of the search";
  EXPECT_EQ(problem.reference.limit_steps, kLongWarmup);
  EXPECT_NEAR(problem.parameters.back().starts->front(), 0.3, 0.03);
  double lowest = before.cost;
  for (const auto& start : starts(problem)) lowest = std::min(lowest, minimise(problem, start).cost);
  EXPECT_LT(lowest, 0.1 * before.cost) << "the search that follows finds the law, which the limit's prior is against";
}

TEST(LimitGrowth, IsNoneWhereNoRunIsBeyondTheLimit) {
  const std::vector<Curve> curves = runs(20, {100, kLongWarmup});
  FitProblem problem = make_problem(curves, adamw());
  EXPECT_FALSE(grow_limit(problem, minimum_of(problem), 2));
  EXPECT_EQ(problem.reference.limit_power, 0);
}

TEST(LimitGrowth, IsNoneWhereWarmupsAreAlike) {
  const std::vector<Curve> curves = runs(0.3, {kWarmup});
  FitProblem problem = make_problem(curves, adamw());
  EXPECT_FALSE(grow_limit(problem, minimum_of(problem), 2));
  EXPECT_EQ(problem.reference.limit_power, 0);
}

}  // namespace
}  // namespace losscast::test
