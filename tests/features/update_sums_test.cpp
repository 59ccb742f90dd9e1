// Sums over the updates of a schedule, against naive ones in long double and the integrals that they become.
#include "features/update_sums.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "losscast/schedule/schedule_text.hpp"

namespace losscast {
namespace {

// By the rates one by one.
LrSums naive_sums(const Schedule& schedule, Step updates) {
  long double a1 = 0, a2 = 0;
  for (Step s = 0; s < updates; ++s) {
    const long double lr = schedule.lr(s);
    a1 += lr;
    a2 += lr * lr;
  }
  return {static_cast<double>(a1), static_cast<double>(a2)};
}

void expect_near(const LrSums& sums, const LrSums& expected, double tolerance) {
  EXPECT_NEAR(sums.a1, expected.a1, tolerance * expected.a1);
  EXPECT_NEAR(sums.a2, expected.a2, tolerance * expected.a2);
}

// A cancellation of a few digits beside rounding.
constexpr double kRounding = 1e-12;

TEST(UpdateSums, AreThoseOfTheRatesOneByOne) {
  for (const char* text :
       {"{ family = 'constant', peak_lr = 3e-4, warmup_steps = 700, total_steps = 9000 }",
        "{ family = 'cosine', peak_lr = 3e-4, final_lr = 0, warmup_steps = 700, total_steps = 9000 }",
        "{ family = 'cosine', peak_lr = 3e-4, final_lr = 3e-5, warmup_steps = 7, warmup_shape = 'cosine', total_steps "
        "= "
        "9000 }",
        "{ family = 'linear', peak_lr = 3e-4, warmup_steps = 700, warmup_start_lr = 1e-6, total_steps = 9000 }",
        "{ family = 'wsd', shape = 'exponential', peak_lr = 3e-4, final_lr = 3e-5, decay_start = 7000, total_steps = "
        "9000 }",
        "{ family = 'wsd', shape = 'sqrt', peak_lr = 3e-4, warmup_steps = 70, decay_start = 7000, total_steps = 9000 }",
        "{ family = 'inverse-sqrt', peak_lr = 3e-4, warmup_steps = 70, total_steps = 9000 }",
        "{ family = 'cosine-restarts', peak_lr = 3e-4, final_lr = 3e-5, cycle_steps = 2000, total_steps = 9000 "
        "}"}) {
    SCOPED_TRACE(text);
    const Schedule schedule = parse_schedule(text, "test");
    for (const Step updates : {Step{1}, Step{15}, Step{400}, Step{7777}, Step{9000}})
      expect_near(first_lr_sums(schedule, updates), naive_sums(schedule, updates), kRounding);
  }
}

TEST(UpdateSums, HaveClosedFormsForFourShapes) {
  Segment segment = {.begin = 0, .end = 1000, .span = 1200, .from = 3e-4, .to = 2e-5, .offset = 100};
  for (const Shape shape : {Shape::constant, Shape::linear, Shape::cosine, Shape::exponential}) {
    segment.shape = shape;
    const std::optional<LrSums> closed = closed_lr_sums(segment, 900);
    ASSERT_TRUE(closed);
    expect_near(*closed, naive_sums(Schedule({segment}), 900), kRounding);
  }
  segment.shape = Shape::one_minus_sqrt;
  EXPECT_FALSE(closed_lr_sums(segment, 900));
  segment.shape = Shape::linear;
  segment.warp = 2;
  EXPECT_FALSE(closed_lr_sums(segment, 900));
}

// The published integrals over n steps from H to rH. The sum of a monotone function differs from its integral by its
// fall at most, which is below H and H^2 here: a part in 1e5 of the sums or less.
class UpdateSumsIntegrals : public ::testing::Test {
 protected:
  static constexpr Step kUpdates = 1'000'000;
  static constexpr double n = kUpdates, H = 3e-4, r = .1;

  static void expect_integrals(Shape shape, double from, double to, const LrSums& expected, double exponent = 1,
                               double span = n) {
    const Segment segment = {
        .begin = 0, .end = kUpdates, .span = span, .shape = shape, .from = from, .to = to, .exponent = exponent};
    const LrSums sums = first_lr_sums(Schedule({segment}), kUpdates);
    EXPECT_NEAR(sums.a1, expected.a1, H);
    EXPECT_NEAR(sums.a2, expected.a2, H * H);
    EXPECT_NEAR(sums.a2 / expected.a2, 1, 1e-5);
  }
};

TEST_F(UpdateSumsIntegrals, OfWarmUpAndConstant) {
  expect_integrals(Shape::linear, 0, H, {H * n / 2, H * H * n / 3});
  expect_integrals(Shape::constant, H, 0, {H * n, H * H * n});
}

TEST_F(UpdateSumsIntegrals, OfDecays) {
  const double L = std::log(1 / r);
  expect_integrals(Shape::cosine, H, r * H, {H * n * (1 + r) / 2, H * H * n * (3 + 2 * r + 3 * r * r) / 8});
  expect_integrals(Shape::linear, H, r * H, {H * n * (1 + r) / 2, H * H * n * (1 + r + r * r) / 3});
  expect_integrals(Shape::exponential, H, r * H, {H * n * (1 - r) / L, H * H * n * (1 - r * r) / (2 * L)});
  expect_integrals(Shape::one_minus_sqrt, H, r * H,
                   {H * n * (1 - 2 * (1 - r) / 3), H * H * n * (1 - 4 * (1 - r) / 3 + (1 - r) * (1 - r) / 2)});
  const double p = 2.5;
  expect_integrals(Shape::power, H, 0, {H * n / (p + 1), H * H * n / (2 * p + 1)}, p);
}

TEST_F(UpdateSumsIntegrals, OfTheInverseSquareRoot) {
  const double t0 = 1e5;
  expect_integrals(Shape::inverse_sqrt, H, 0,
                   {2 * H * t0 * (std::sqrt(1 + n / t0) - 1), H * H * t0 * std::log1p(n / t0)}, 1, t0);
}

TEST(UpdateSums, FindTheLargestRateOfABeginning) {
  const Schedule schedule =
      parse_schedule("{ family = 'constant', peak_lr = 3e-4, warmup_steps = 700, total_steps = 9000 }", "test");
  EXPECT_EQ(first_peak_lr(schedule, 9000), 3e-4);
  EXPECT_EQ(first_peak_lr(schedule, 100), schedule.lr(99));
}

}  // namespace
}  // namespace losscast
