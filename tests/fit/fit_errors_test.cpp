// Input that no fit can be made of, each beside one that can.
#include <gtest/gtest.h>

#include <limits>

#include "tests/fit/synthetic.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

const SdeModel& model() { return find_model("adamw"); }
std::vector<Curve> curves() { return informative_curves(model(), typical_parameters(model())); }

TEST(FitModel, RefusesAFitToNoCurve) {
  EXPECT_NO_THROW(fit_model(curves(), model()));
  expect_error(ExitCode::usage_or_input, {"no training curve", "at least one", "--train"},
               [] { fit_model({}, model()); });
}

TEST(FitModel, RefusesFewerPointsThanParametersAndOne) {
  const auto of_points = [](std::size_t count) {
    std::vector<Curve> all = {curves().front()};
    all.front().points.resize(count);
    return fit_model(all, model());
  };
  EXPECT_NO_THROW(of_points(model().parameters().size() + 1));
  expect_error(ExitCode::usage_or_input, {"6 logged points", "too few", "adamw", "6 parameters", "Add"},
               [&] { of_points(model().parameters().size()); });
  expect_error(ExitCode::usage_or_input, {"0 logged points"}, [&] { of_points(0); });
}

TEST(FitModel, CountsOnlyPointsAfterTheWarmUp) {
  std::vector<Curve> all = {curves().front()};
  EXPECT_NO_THROW(fit_model(all, model()));
  for (CurvePoint& point : all.front().points) point.step = 1 + point.step / 100;  // all within the warm-up
  expect_error(ExitCode::usage_or_input, {"0 logged points after warm-up"}, [&] { fit_model(all, model()); });
}

TEST(FitModel, RefusesAReferenceLrThatIsNotPositive) {
  const auto with_reference = [](double ref_lr) {
    return fit_model(curves(), model(), {.ref_lr = ref_lr, .threads = 0});
  };
  EXPECT_EQ(with_reference(1e-3).ref_lr, 1e-3);
  for (const double bad : {0.0, -3e-4, std::numeric_limits<double>::quiet_NaN()})
    expect_error(ExitCode::usage_or_input, {"reference LR", "not above zero", "--ref-lr"},
                 [&] { with_reference(bad); });
}

TEST(FitModel, RefusesRunsThatNeverTrain) {
  std::vector<Curve> all = curves();
  EXPECT_NO_THROW(fit_model(all, model()));
  for (Curve& curve : all) curve.recipe.schedule = Schedule({{0, kSteps, kSteps, Shape::constant, 0.0, 0.0}});
  expect_error(ExitCode::usage_or_input, {"reference LR"}, [&] { fit_model(all, model()); });
}

}  // namespace
}  // namespace losscast::test
