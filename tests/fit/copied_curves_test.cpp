#include "fit/copied_curves.hpp"

#include <gtest/gtest.h>

#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

constexpr double kNoise = 1e-3;

Curve run(const std::string& name, const Schedule& schedule, std::uint64_t seed) {
  const SdeModel& model = find_model("adamw");
  return curve_of(model, typical_parameters(model), name, schedule, {.noise = kNoise, .seed = seed});
}

Curve rounded(Curve curve, double digits) {
  curve.name += "_rounded";
  for (CurvePoint& point : curve.points) point.loss = std::round(point.loss * digits) / digits;
  return curve;
}

TEST(Copies, AreFoundWithTheirPointsRoundedOrThinned) {
  std::vector<Curve> curves = {run("a", constant(), 1), run("b", cosine(), 2)};
  curves.push_back(rounded(curves[0], 1e3));
  curves.push_back(curves[1]);
  curves.back().name = "b_thinned";
  std::erase_if(curves.back().points, [](const CurvePoint& point) { return point.step % 500 != 0; });
  const std::vector<CopiedCurve> copies = find_copies(curves);
  ASSERT_EQ(copies.size(), 2u);
  EXPECT_EQ(copies[0].curve, "a_rounded");
  EXPECT_EQ(copies[0].copy_of, "a");
  EXPECT_EQ(copies[1].curve, "b_thinned");
  EXPECT_EQ(copies[1].copy_of, "b");
  const std::vector<Curve> others = without_copies(curves, copies);
  ASSERT_EQ(others.size(), 2u);
  EXPECT_EQ(others[0].name, "a");
  EXPECT_EQ(others[1].name, "b");
}

TEST(Copies, AreNotRepeatsOfARun) {
  EXPECT_TRUE(find_copies(std::vector{run("a", constant(), 1), run("a again", constant(), 2)}).empty());
  // Whose losses look alike once they are rounded to two decimals.
  EXPECT_TRUE(find_copies(std::vector{rounded(run("a", cosine(), 1), 10), rounded(run("b", cosine(), 2), 10)}).empty());
}

TEST(Copies, AreNotRunsOfAnotherRecipe) {
  Curve other = run("a", constant(), 1);
  other.name = "b";
  other.recipe = wsd();
  EXPECT_TRUE(find_copies(std::vector{run("a", constant(), 1), other}).empty());
}

TEST(Copies, AreCountedOnceInAFit) {
  const SdeModel& model = find_model("power");
  std::vector<Curve> curves = informative_curves(model, typical_parameters(model), {.noise = kNoise});
  const Fit once = fit_model(curves, model);
  curves.push_back(rounded(curves[1], 1e4));
  const Fit twice = fit_model(curves, model);
  EXPECT_EQ(twice.cost, once.cost);
  EXPECT_EQ(twice.draws, once.draws);
  ASSERT_FALSE(twice.warnings.empty());
  EXPECT_NE(twice.warnings.front().find("cosine_rounded is a copy of cosine"), std::string::npos);
}

}  // namespace
}  // namespace losscast::test
