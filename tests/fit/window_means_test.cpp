// Losses that are means over many updates, against the law of every one of them.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>

#include "bench/common/example.hpp"
#include "fit/observations.hpp"
#include "tests/fit/per_model.hpp"
#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

struct Law {
  std::vector<double> values, slopes;  // after each update
};

Law law_of_every_update(const SdeModel& model, const std::vector<double>& parameters, const Recipe& recipe) {
  const auto count = static_cast<std::size_t>(recipe.total_steps());
  std::vector<Step> edges(count + 1);
  std::iota(edges.begin(), edges.end(), Step{0});
  const std::vector<int> after(edges.begin() + 1, edges.end());
  const BlockTable table = make_block_table(recipe, model.effective_lr(), kScales, 0.1, std::move(edges));
  Law law{std::vector<double>(count), std::vector<double>(count * parameters.size())};
  model.skeleton(table, parameters, after, law.values, law.slopes);
  return law;
}

// The mean over (step - count, step] of a column of rows of `columns`.
double mean_until(const std::vector<double>& values, Step step, Step count, std::size_t columns, std::size_t column) {
  double sum = 0;
  for (Step s = step - count; s < step; ++s) sum += values[static_cast<std::size_t>(s) * columns + column];
  return sum / static_cast<double>(count);
}

// A loss every so many steps, over as many.
Curve logged_means(const Recipe& recipe, Step every) {
  Curve curve{.name = "run", .file = "run.csv", .recipe = recipe, .points = {}};
  curve.mean_over = every;
  for (Step s = every; s <= recipe.total_steps(); s += every) curve.points.push_back({s, 3.0});
  return curve;
}

const std::map<std::string, Schedule>& schedules() {
  static const std::map<std::string, Schedule> all = {
      {"constant", constant()}, {"cosine", cosine()}, {"two_stage", two_stage()}, {"wsd", wsd()}};
  return all;
}

class WindowMeans : public EveryModel {};
INSTANTIATE_TEST_SUITE_P(Models, WindowMeans, ::testing::ValuesIn(models()), model_test_name);

// The exact law and its derivatives at the steps that stand for its means.
Law at_steps_of(const Observations& run, const Law& every, std::size_t columns) {
  Law out;
  for (const Step step : run.means.steps) {
    const auto row = static_cast<std::size_t>(step - 1);
    out.values.push_back(every.values[row]);
    for (std::size_t p = 0; p < columns; ++p) out.slopes.push_back(every.slopes[row * columns + p]);
  }
  return out;
}

// The largest difference of means to those over every update, and the largest of these.
std::pair<double, double> largest_error(const Observations& run, const std::vector<double>& means,
                                        const std::vector<double>& every, std::size_t columns, std::size_t column) {
  double error = 0, largest = 0;
  for (std::size_t i = 0; i < run.steps.size(); ++i) {
    const double exact = mean_until(every, run.steps[i], run.curve->mean_over, columns, column);
    error = std::max(error, std::abs(means[i * columns + column] - exact));
    largest = std::max(largest, std::abs(exact));
  }
  return {error, largest};
}

TEST_P(WindowMeans, AreThoseOfEveryUpdate) {
  constexpr double kTolerance = 1e-5;     // nats
  constexpr double kRelative = 1e-4;      // of derivatives
  constexpr double kWithBlocks = 1.5e-5;  // nats, see compression_test.cpp
  const auto parameters = bench::example_parameters(model());
  const std::size_t n = parameters.size();
  for (const auto& [name, schedule] : schedules()) {
    const Law every = law_of_every_update(model(), parameters, schedule);
    for (const Step length : {Step{100}, Step{501}, Step{1700}}) {  // of which some go across the corners
      const Curve curve = logged_means(schedule, length);
      const Observations run = observe(curve, kWarmup, model(), kScales);
      const Law law = at_steps_of(run, every, n);
      std::vector<double> values(run.steps.size()), slopes(values.size() * n);
      run.means.average(law.values, 1, values);
      run.means.average(law.slopes, n, slopes);
      EXPECT_LT(largest_error(run, values, every.values, 1, 0).first, kTolerance) << name << ", over " << length;
      for (std::size_t p = 0; p < n; ++p) {
        const auto [error, largest] = largest_error(run, slopes, every.slopes, n, p);
        EXPECT_LE(error, kRelative * largest) << name << ", by parameter " << p << ", over " << length;
      }
      measured_law(model(), run, parameters, values, {});
      EXPECT_LT(largest_error(run, values, every.values, 1, 0).first, kWithBlocks) << name << ", over " << length;
    }
  }
}

TEST(WindowMeans, NeedFewSteps) {
  const Observations run = observe(logged_means(two_stage(), 100), kWarmup, find_model("adamw"), kScales);
  EXPECT_LE(run.means.steps.size(), 3 * run.steps.size());
  EXPECT_EQ(run.steps.front(), 600) << "the first that holds no update of the warm-up";
}

TEST(WindowMeans, OfTableSchedulesMayJump) {
  std::vector<double> lrs(4000, kPeak);
  std::fill(lrs.begin() + 2010, lrs.end(), 0.2 * kPeak);
  const auto table = std::make_shared<const std::vector<double>>(lrs);
  const Recipe recipe = Schedule({{.end = 4000, .span = 4000, .shape = Shape::table, .table = table}});
  const SdeModel& model = find_model("adamw");
  const auto parameters = bench::example_parameters(model);
  const Law every = law_of_every_update(model, parameters, recipe);
  const Curve curve = logged_means(recipe, 500);
  const Observations run = observe(curve, 1, model, kScales);
  std::vector<double> values(run.steps.size());
  measured_law(model, run, parameters, values, {});
  for (std::size_t i = 1; i < values.size(); ++i)
    EXPECT_NEAR(values[i], mean_until(every.values, run.steps[i], 500, 1, 0), 1e-5) << run.steps[i];
}

// What a trainer would log of a run: means of its law, with noise.
Curve means_of_law(const SdeModel& model, const std::vector<double>& truth, const Curve& instant, Step every) {
  const Law law = law_of_every_update(model, truth, instant.recipe);
  Curve curve = logged_means(instant.recipe, every);
  curve.name = instant.name;
  bench::Normals normal(instant.name.size());
  for (CurvePoint& point : curve.points) point.loss = mean_until(law.values, point.step, every, 1, 0) + 1e-3 * normal();
  return curve;
}

double end_of_wsd(const Fit& fit) {
  const Step last[] = {kSteps};
  return fitted_law(fit, wsd(), 0.1, last).front();
}

TEST(WindowMeans, AreFittedForWhatTheyAre) {
  const SdeModel& model = find_model("adamw");
  const auto truth = typical_parameters(model);
  std::vector<Curve> curves = informative_curves(model, truth);
  for (Curve& curve : curves) curve = means_of_law(model, truth, curve, 500);
  const double exact = end_of_wsd(known_fit(model, truth));
  const Fit fit = fit_model(curves, model);
  EXPECT_NEAR(end_of_wsd(fit), exact, 1.5e-3);
  for (Curve& curve : curves) curve.mean_over = 0;
  const Fit taken_for_points = fit_model(curves, model);
  for (std::size_t c = 0; c < curves.size(); ++c) {
    EXPECT_LT(fit.diagnostics[c].rms_residual, 1.5e-3) << "its noise is 1e-3";
    EXPECT_GT(taken_for_points.diagnostics[c].rms_residual, 2 * fit.diagnostics[c].rms_residual);
  }
}

}  // namespace
}  // namespace losscast::test
