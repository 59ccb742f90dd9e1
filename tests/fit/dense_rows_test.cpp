// Logs of very many rows, of which a fit takes means.
#include "fit/dense_rows.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "fit/fit_problem.hpp"
#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

std::vector<CurvePoint> rows_of(std::size_t count, double noise) {
  bench::Normals normal(5);
  std::vector<CurvePoint> rows;
  for (std::size_t i = 0; i < count; ++i) rows.push_back({static_cast<Step>(i + 1), 3.0 + noise * normal()});
  return rows;
}

TEST(RowWindows, HoldEveryRowOnceAndEndAtBorders) {
  const std::vector<Step> borders = {0, 500, 5003, 5005, 10000};
  const auto rows = rows_of(10000, 0.03);
  const auto windows = windows_of_rows(rows, borders);
  EXPECT_GE(windows.size(), kFewestWindows);
  EXPECT_LE(windows.size(), 2 * kFewestWindows + borders.size());
  std::size_t next = 0;
  bool ends_at_border = false;
  for (const RowWindow& window : windows) {
    EXPECT_EQ(window.first, next);
    next = window.last + 1;
    ends_at_border = ends_at_border || rows[window.last].step == 5003;
    double sum = 0;
    for (const std::size_t row : window.kept) sum += rows[row].loss;
    EXPECT_NEAR(window.loss, sum / static_cast<double>(window.kept.size()), 1e-12);
  }
  EXPECT_EQ(next, rows.size());
  EXPECT_TRUE(ends_at_border);
}

TEST(RowWindows, LeaveJunkOut) {
  auto rows = rows_of(4000, 0.01);
  const auto clean = windows_of_rows(rows, {});
  for (const std::size_t junk : {100u, 101u, 2000u}) rows[junk].loss = 9;
  const auto windows = windows_of_rows(rows, {});
  ASSERT_EQ(windows.size(), clean.size());
  for (std::size_t w = 0; w < windows.size(); ++w) EXPECT_NEAR(windows[w].loss, clean[w].loss, 0.02) << w;
}

TEST(RowWindows, AreTheSameForRunsThatBeginAlike) {
  auto rows = rows_of(9000, 0.03);
  const auto longer = windows_of_rows(rows, {});
  rows.resize(8300);
  const auto shorter = windows_of_rows(rows, {});
  for (std::size_t w = 0; w + 1 < shorter.size(); ++w) EXPECT_EQ(shorter[w].loss, longer[w].loss);
}

double end_of_wsd(const Fit& fit) {
  const Step last[] = {kSteps};
  return fitted_law(fit, wsd(), 0.1, last).front();
}

TEST(Thinning, HardlyMovesTheForecastOfACleanFit) {
  const SdeModel& model = find_model("power");
  std::vector<Curve> curves = {
      curve_of(model, typical_parameters(model), "two_stage", two_stage(), {.every = 5, .noise = 1e-3})};
  const Fit thinned = fit_model(curves, model);
  curves[0].thinned = false;
  const Fit whole = fit_model(curves, model);
  EXPECT_EQ(whole.diagnostics[0].points, whole.diagnostics[0].rows);
  EXPECT_EQ(thinned.diagnostics[0].rows, whole.diagnostics[0].rows);
  EXPECT_LE(thinned.diagnostics[0].points, static_cast<int>(2 * kFewestWindows + 3));
  EXPECT_NEAR(end_of_wsd(thinned), end_of_wsd(whole), 1e-4);
}

TEST(Thinning, LeavesTheNoiseOfARowAsItIs) {
  const SdeModel& model = find_model("power");
  constexpr double kNoise = 0.03;
  const std::vector<Curve> curves = {
      curve_of(model, typical_parameters(model), "two_stage", two_stage(), {2, kNoise, 7})};
  const Fit fit = fit_model(curves, model);
  EXPECT_GT(fit.diagnostics[0].rows, 10 * fit.diagnostics[0].points);
  EXPECT_NEAR(fit.noise.observation_noise.value, kNoise, 0.1 * kNoise);
  EXPECT_LT(fit.diagnostics[0].rms_residual, 1.3 * kNoise / std::sqrt(8.0)) << "of means of 16 rows, or 8 at borders";
}

TEST(Thinning, ChosenWindowsKeepTheirMeans) {
  const SdeModel& model = find_model("power");
  const auto parameters = typical_parameters(model);
  const Curve curve = curve_of(model, parameters, "wsd", wsd(), {3, 0, 7});
  const Observations all = observe(curve, kWarmup, model, kScales);
  const std::vector<std::size_t> places = {0, 5, 6, 200};
  const Observations some = chosen(all, places, model, kScales);
  std::vector<double> law(all.steps.size()), of_some(places.size());
  measured_law(model, all, parameters, law, {});
  measured_law(model, some, parameters, of_some, {});
  for (std::size_t i = 0; i < places.size(); ++i) {
    EXPECT_EQ(some.losses[i], all.losses[places[i]]);
    EXPECT_NEAR(of_some[i], law[places[i]], 1e-5);
    EXPECT_NEAR(some.losses[i], of_some[i], 2e-5) << "the law made the rows";
  }
}

}  // namespace
}  // namespace losscast::test
