#include "fit/misfit.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "fit/minimise.hpp"
#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

double widening_of(const SdeModel& fitted, const std::vector<Curve>& curves) {
  return fit_model(curves, fitted).misfit_widening;
}

TEST(MisfitWidening, IsTheDefaultWithASingleCurve) {
  const SdeModel& model = find_model("power");
  const auto curve = curve_of(model, typical_parameters(model), "one", two_stage(), {.noise = 6e-4});
  EXPECT_EQ(widening_of(model, {curve}), kDefaultMisfit);
}

// Three curves with ratios of 0, and two of the default.
TEST(MisfitWidening, IsTheDefaultsPartWhereTheLawFitsExactly) {
  const SdeModel& model = find_model("power");
  const double expected = std::sqrt(2 * kDefaultMisfit * kDefaultMisfit / 5);
  EXPECT_NEAR(widening_of(model, informative_curves(model, typical_parameters(model))), expected, 1e-3);
}

// The noise is so large that it is the parameters' uncertainty, not the run offset, that explains the errors at the
// ends. The squares of three ratios of about unit variance sum up to at most 16.3 with probability 0.999.
TEST(MisfitWidening, IsSmallWhereTheLawIsTrue) {
  const SdeModel& model = find_model("power");
  const double largest = std::sqrt((2 * kDefaultMisfit * kDefaultMisfit + 16.3) / 5);
  for (const std::uint64_t seed : {1, 2, 3})
    EXPECT_LT(widening_of(model, informative_curves(model, typical_parameters(model), {.noise = 1e-2, .seed = seed})),
              largest);
}

TEST(MisfitWidening, IsLargeWhereTheLawIsWrongAndAtMostItsLimit) {
  const SdeModel &made = find_model("adamw"), &fitted = find_model("power");
  const double widening = widening_of(fitted, informative_curves(made, typical_parameters(made)));
  EXPECT_GT(widening, 2.3);
  EXPECT_LE(widening, kWidestMisfit);
}

}  // namespace
}  // namespace losscast::test
