// Input that no fit can be made of, each beside one that can.
#include <gtest/gtest.h>

#include <limits>

#include "tests/fit/synthetic.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

const SdeModel& model() { return find_model("adamw"); }
std::vector<Curve> curves() { return informative_curves(model(), typical_parameters(model())); }

// A fit to them comes as far as the search, before which all the rest is refused.
void expect_accepted(const std::vector<Curve>& all) {
  struct Search {};
  FitOptions options;
  options.before_search = [](double) { throw Search(); };
  EXPECT_THROW(fit_model(all, model(), options), Search);
}

TEST(FitModel, RefusesAFitToNoCurve) {
  expect_accepted(curves());
  expect_error(ExitCode::usage_or_input, {"no training curve", "at least one", "--train"},
               [] { fit_model({}, model()); });
}

TEST(FitModel, RefusesFewerPointsThanParametersAndOne) {
  const auto of_points = [](std::size_t count) {
    std::vector<Curve> all = {curves().front()};
    all.front().points.resize(count);
    return all;
  };
  constexpr std::size_t kFree = 8;        // of its ten parameters, as all runs have one peak
  expect_accepted(of_points(kFree + 2));  // the first of which lies before the fit starts
  expect_error(ExitCode::usage_or_input, {"8 logged points", "too few", "adamw", "8 parameters", "Add"},
               [&] { fit_model(of_points(kFree + 1), model()); });
  expect_error(ExitCode::usage_or_input, {"0 logged points"}, [&] { fit_model(of_points(0), model()); });
}

TEST(FitModel, CountsOnlyPointsAfterTheWarmUp) {
  std::vector<Curve> all = {curves().front()};
  expect_accepted(all);
  for (CurvePoint& point : all.front().points) point.step = 1 + point.step / 100;  // all within the warm-up
  expect_error(ExitCode::usage_or_input, {"0 logged points after warm-up"}, [&] { fit_model(all, model()); });
}

TEST(FitModel, RefusesRunsThatNeverTrain) {
  std::vector<Curve> all = curves();
  expect_accepted(all);
  for (Curve& curve : all) curve.recipe.schedule = Schedule({{.end = kSteps, .from = 0}});
  expect_error(ExitCode::usage_or_input, {"the LR of every training run is zero"}, [&] { fit_model(all, model()); });
}

std::vector<Curve> with_peak(std::size_t which, double peak) {
  std::vector<Curve> all = curves();
  all[which].recipe.schedule = schedule(which == 0 ? "constant" : "cosine", {{"peak_lr", peak}});
  return all;
}

// A sweep of the peak LR leaves no gap of a factor of 100, however wide it is.
TEST(FitModel, RefusesACurveWhosePeakIsInAnotherUnit) {
  expect_accepted(with_peak(0, 30 * kPeak));
  expect_accepted(with_peak(0, kPeak / 90));
  std::vector<Curve> sweep = with_peak(0, 20 * kPeak);
  sweep[1].recipe.schedule = schedule("cosine", {{"peak_lr", 400 * kPeak}});
  expect_accepted(sweep);
  const auto refused = [](const std::vector<Curve>& all, const std::string& curve) {
    expect_error(ExitCode::usage_or_input, {"curve " + curve + ": peak_lr is ", "factor of", "Check the unit"},
                 [&] { fit_model(all, model()); });
  };
  refused(with_peak(0, 2.5), "constant");
  refused(with_peak(1, 100 * kPeak), "cosine");
  refused(with_peak(1, kPeak / 100), "cosine");
  std::vector<Curve> two = with_peak(0, 2.5);
  two.pop_back();
  refused(two, "constant");  // of two the higher one
}

TEST(FitModel, RefusesAWeightDecayInAnotherUnit) {
  std::vector<Curve> all = curves();
  all[1].weight_decay = 0.4 / kPeak;
  expect_accepted(all);
  all[1].weight_decay = 0.6 / kPeak;
  expect_error(ExitCode::usage_or_input, {"curve cosine: peak_lr 3e-4 and weight_decay 2000", "Check the units"},
               [&] { fit_model(all, model()); });
  all[1].recipe.weight_decay = 0.1;  // the recipe's own counts
  expect_accepted(all);
}

// A loss from which no law is a finite distance away.
TEST(FitModel, NamesTheCurveWithoutAFiniteLaw) {
  std::vector<Curve> all = curves();
  EXPECT_NO_THROW(fit_model(all, model()));
  all[1].points.back().loss = std::numeric_limits<double>::infinity();
  expect_error(ExitCode::usage_or_input, {"curve cosine: no start of the fit", "peak_lr 3e-4"},
               [&] { fit_model(all, model()); });
}

}  // namespace
}  // namespace losscast::test
