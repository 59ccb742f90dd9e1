// A forecast depends on no unit of the LR: every LR 10 times as high, every weight decay a tenth of what it was, and
// initial weights 10 times as large change nothing.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "losscast/fit/end_law.hpp"
#include "losscast/fit/forecast.hpp"
#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

Recipe run_at(double peak_lr, double weight_decay, const char* family = "wsd") {
  std::map<std::string, Value> more = {{"peak_lr", peak_lr}};
  if (std::string(family) == "wsd") more.insert({{"decay_start", 9000.0}, {"final_lr", 0.0}});
  return {schedule(family, more), StepValues(weight_decay)};
}

// Runs at two peaks and two weight decays, with residuals that are the same at every scale.
std::vector<Curve> curves_at(double scale) {
  std::vector<Curve> curves;
  Normals normal(5);
  const auto add = [&](const char* name, const Recipe& recipe) {
    Curve curve{.name = name, .file = {}, .recipe = recipe, .points = {}};
    curve.initial_rms = 0.02 * scale;
    for (Step s = 1000; s <= kSteps; s += 200) {
      const double done = static_cast<double>(s) / kSteps, eta = recipe.schedule.lr(s - 1) / scale;
      curve.points.push_back({s, 2.9 + 0.15 / std::sqrt(done) + 200 * eta + 1e-3 * normal()});
    }
    curves.push_back(curve);
  };
  add("low", run_at(1e-4 * scale, 0.1 / scale));
  add("high", run_at(3e-4 * scale, 0.1 / scale));
  add("constant", run_at(3e-4 * scale, 0.1 / scale, "constant"));
  add("more decay", run_at(2e-4 * scale, 0.2 / scale));
  return curves;
}

TEST(Scale, OfLrAndWeightsChangesNoForecast) {
  const SdeModel& model = find_model("adamw");
  const Fit fit = fit_model(curves_at(1), model), scaled = fit_model(curves_at(10), model);
  EXPECT_NEAR(scaled.reference.lr, 10 * fit.reference.lr, 1e-15);
  const LossSde law = make_sde(fit), scaled_law = make_sde(scaled);
  for (const double peak_lr : {5e-5, 2e-4, 3e-4, 1e-3}) {
    const LossForecast one = forecast_at(law, run_at(peak_lr, 0.05), kSteps);
    const LossForecast other = forecast_at(scaled_law, run_at(10 * peak_lr, 0.005), kSteps);
    EXPECT_NEAR(one.mean, other.mean, 1e-6) << peak_lr;
    EXPECT_NEAR(one.q05, other.q05, 1e-6) << peak_lr;
    EXPECT_NEAR(one.q95, other.q95, 1e-6) << peak_lr;
  }
  EXPECT_NEAR(standing_peak_lr(scaled) / 10, standing_peak_lr(fit), 1e-9);
}

}  // namespace
}  // namespace losscast::test
