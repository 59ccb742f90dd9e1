// Escapes from a double well: theory against theory, and SGD against both.
#include "losscast/features/double_well.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "losscast/features/relaxation.hpp"

namespace losscast {
namespace {

// A well of curvature 1 whose barrier is `height` temperatures high at this LR.
DoubleWell well_of(double height, double lr) { return {.curvature = 1, .barrier = 1, .noise = 2 / (height * lr)}; }

Schedule constant(double lr, Step updates) {
  return Schedule({{.begin = 0, .end = updates, .shape = Shape::constant, .from = lr}});
}

TEST(DoubleWell, HasTheCurvaturesThatItSays) {
  const DoubleWell well = {.curvature = 3, .barrier = .7, .noise = 2};
  const double w = well.minimum(), h = 1e-5;
  EXPECT_NEAR(well.slope(w), 0, 1e-14);
  EXPECT_EQ(well.slope(0), 0);
  EXPECT_NEAR((well.slope(w + h) - well.slope(w - h)) / (2 * h), 3, 1e-8);
  EXPECT_NEAR((well.slope(h) - well.slope(-h)) / (2 * h), -1.5, 1e-8);
  double climbed = 0;  // by the midpoint rule
  for (int i = 0; i < 10'000; ++i) climbed += well.slope(-w + (i + .5) * w / 10'000) * w / 10'000;
  EXPECT_NEAR(climbed, .7, 1e-7);
  EXPECT_NEAR(well.barrier_scale(), .7, 1e-15);
}

// An expansion of the exact rate in T/barrier: 1 - 3/8 T/barrier + O(2). Its next term is below 1.
TEST(EscapeRates, OfTheDiffusionAreThoseOfKramersAndOneCorrection) {
  const double lr = .01;
  for (const double height : {8.0, 12.0, 20.0, 50.0, 200.0}) {
    const DoubleWell well = well_of(height, lr);
    EXPECT_NEAR(diffusion_rate(well, lr) / kramers_rate(well, lr), 1 - .375 / height, 1 / (height * height)) << height;
  }
}

// Within 5% over three decades of the rate, as soon as the barrier is nine temperatures high.
TEST(EscapeRates, OfSgdAreThoseOfKramersWhereTheBarrierIsHigh) {
  const DoubleWell well = well_of(9, .02);
  for (const double lr : {.02, .018, .016, .014, .012}) {
    EXPECT_NEAR(sgd_rate(well, lr) / kramers_rate(well, lr), 1, .05) << lr;
    EXPECT_NEAR(sgd_rate(well, lr) / diffusion_rate(well, lr), 1, .2 * lr) << lr;
  }
  EXPECT_GT(sgd_rate(well, .02) / sgd_rate(well, .012), 500);
}

TEST(EscapeRates, DoNotDependOnUnits) {
  const DoubleWell well = well_of(6, .02);
  // x in other units, and the LR in others.
  const DoubleWell wider = {.curvature = 1, .barrier = 4, .noise = 4 * well.noise};
  EXPECT_NEAR(sgd_rate(wider, .02) / sgd_rate(well, .02), 1, 1e-8);
  const DoubleWell flatter = {.curvature = .1, .barrier = 1, .noise = well.noise / 10};
  EXPECT_NEAR(sgd_rate(flatter, .2) / sgd_rate(well, .02), 1, 1e-8);
  EXPECT_NEAR(diffusion_rate(flatter, .2) / diffusion_rate(well, .02), 1, 1e-10);
  EXPECT_NEAR(kramers_rate(flatter, .2) / kramers_rate(well, .02), 1, 1e-12);
}

// Passages are a renewal process whose times vary like those of a Poisson process at most: five standard deviations.
TEST(EscapeRates, OfSimulatedPathsAreThoseOfSgd) {
  const double lr = .1;
  for (const double height : {2.0, 4.0}) {
    const DoubleWell well = well_of(height, lr);
    const PassageCount count = simulate_passages(well, constant(lr, 400'000), 5, 1);
    EXPECT_EQ(count.updates, 2'000'000);
    const double passages = static_cast<double>(count.passages);
    // The first passage of each path begins at the minimum, as all others do; what is cut off at the end is half of
    // one.
    EXPECT_NEAR(passages, sgd_rate(well, lr) * 2e6, 5 * std::sqrt(passages) + 5) << height;
    EXPECT_GT(passages, 300);
  }
}

TEST(EscapedShare, OfSimulatedPathsIsWhatTheExposureSays) {
  const double peak = .1;
  const DoubleWell well = well_of(6, peak);
  const Schedule cosine({{.begin = 0, .end = 20'000, .span = 20'000, .shape = Shape::cosine, .from = peak}});
  constexpr std::int64_t kPaths = 200;
  const double share = simulate_escaped_share(well, cosine, kPaths, 3), theory = kramers_escaped_share(well, cosine);
  EXPECT_GT(theory, .1);
  EXPECT_LT(theory, .9);
  // Five standard deviations, and the 10% by which Kramers' rate is too high at barriers of 6 temperatures and this LR.
  EXPECT_NEAR(share, theory, 5 * std::sqrt(theory * (1 - theory) / kPaths) + .1 * theory);
  EXPECT_EQ(share, simulate_escaped_share(well, cosine, kPaths, 3));
  double rate = 0;
  for (Step s = 0; s < 20'000; ++s) rate += cosine.lr(s) > 0 ? kramers_rate(well, cosine.lr(s)) : 0;
  EXPECT_NEAR(theory, 1 - std::exp(-rate), 1e-10);
}

}  // namespace
}  // namespace losscast
