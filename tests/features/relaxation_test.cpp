// Noise floors, saddles and barriers, against their definitions in long double and published closed forms.
#include "losscast/features/relaxation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "losscast/schedule/features.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {
namespace {

// int eta^2 e^(sign 2 lambda int_t^S eta) dt by Gauss-Legendre quadrature of five points within each update.
long double naive_variance(const Schedule& schedule, Step updates, double curvature, int sign) {
  constexpr long double kPlaces[] = {0.0L, .5384693101056830910L, .9061798459386639928L};
  constexpr long double kWeights[] = {.5688888888888888889L, .4786286704993664680L, .2369268850561890875L};
  long double after = 0, variance = 0;  // `after`: the sum of the later LRs
  for (Step s = updates - 1; s >= 0; --s) {
    const long double lr = schedule.lr(s);
    const auto growth = [&](long double place) {
      return std::exp(sign * 2 * curvature * (after + lr * (1 + place) / 2));
    };
    long double integral = kWeights[0] * growth(0);
    for (int i = 1; i < 3; ++i) integral += kWeights[i] * (growth(kPlaces[i]) + growth(-kPlaces[i]));
    variance += lr * lr * integral / 2;
    after += lr;
  }
  return variance;
}

const char* const kSchedules[] = {
    "{ family = 'constant', peak_lr = 3e-4, warmup_steps = 700, total_steps = 9000 }",
    "{ family = 'cosine', peak_lr = 3e-4, warmup_steps = 700, total_steps = 9000 }",
    "{ family = 'wsd', shape = 'sqrt', peak_lr = 3e-4, final_lr = 1e-6, warmup_steps = 70, decay_start = 7000, "
    "total_steps = 9000 }",
    "{ family = 'multi-step', peak_lr = 3e-4, milestones = [3000, 6000], factors = [0.3, 0.1], total_steps = 9000 }"};

TEST(Relaxation, IsItsDefinition) {
  for (const char* text : kSchedules) {
    SCOPED_TRACE(text);
    const Schedule schedule = parse_schedule(text, "test");
    for (const double curvature : {.3, 4.0, 50.0, 700.0})
      for (const Step updates : {Step{500}, Step{8123}, Step{9000}}) {
        const Relaxation relaxed = relax(schedule, updates, curvature);
        EXPECT_NEAR(relaxed.noise_floor / naive_variance(schedule, updates, curvature, -1), 1, 1e-9);
        EXPECT_NEAR(relaxed.log_saddle_variance, std::log(naive_variance(schedule, updates, curvature, 1)), 1e-9);
      }
  }
}

// sigma^2 = 1 and a start in the state of a long stable phase, as the published formula has it.
TEST(Relaxation, OfALinearCooldownToZeroIsThePublishedOne) {
  constexpr double H = 1e-3, n2 = 1e5;
  const Schedule schedule({{.begin = 0, .end = 4'000'000, .shape = Shape::constant, .from = H},
                           {.begin = 4'000'000, .end = 4'100'000, .span = n2, .shape = Shape::linear, .from = H}});
  for (const double curvature : {.05, .3, 2.0}) {
    const double a = 2 * curvature, T2 = H * n2 / 2;
    const double expected =
        H / (2 * curvature) * std::exp(-a * T2) +
        std::sqrt(2 * H / n2) * (std::sqrt(std::numbers::pi) * std::erf(std::sqrt(a * T2)) / (2 * a * std::sqrt(a)) -
                                 std::sqrt(T2) / a * std::exp(-a * T2));
    EXPECT_NEAR(relax(schedule, 4'100'000, curvature).noise_floor / expected, 1, 1e-5) << curvature;
  }
}

// The variance of SGD x <- (1 - lambda eta) x + eta xi itself, of which the relaxation is the limit for small lambda
// eta.
TEST(Relaxation, IsThatOfTheDiscreteRecursionWithinTheStepSize) {
  for (const char* text : kSchedules) {
    SCOPED_TRACE(text);
    const Schedule schedule = parse_schedule(text, "test");
    for (const double curvature : {4.0, 50.0, 300.0}) {
      double variance = 0, saddle = 0;
      for (Step s = 0; s < 9000; ++s) {
        const double lr = schedule.lr(s), kept = 1 - curvature * lr, grown = 1 + curvature * lr / 100;
        variance = kept * kept * variance + lr * lr;
        saddle = grown * grown * saddle + lr * lr;
      }
      const double step = curvature * schedule.peak_lr();
      EXPECT_NEAR(relax(schedule, 9000, curvature).noise_floor / variance, 1, step);
      // log(1 + x) = x - x^2/2 + ...: the growth differs by the sum of (nu eta)^2, the noise by nu eta.
      const double nu = curvature / 100, loss = nu * nu * lr_sums(schedule).a2;
      EXPECT_NEAR(relax(schedule, 9000, nu).log_saddle_variance, std::log(saddle) + loss, 2 * nu * schedule.peak_lr());
    }
  }
}

TEST(Relaxation, OfAConstantRateIsThatOfItsStationaryLaw) {
  const Schedule schedule({{.begin = 0, .end = 10'000'000, .shape = Shape::constant, .from = 1e-3}});
  EXPECT_DOUBLE_EQ(relax(schedule, 10'000'000, 20).noise_floor, 1e-3 / 40);
  // int eta^2 e^(2 nu eta (S - t)) dt = eta (e^(2 nu A1) - 1)/(2 nu), whose logarithm is past all doubles: 2 nu A1 =
  // 4e5.
  EXPECT_NEAR(relax(schedule, 10'000'000, 20).log_saddle_variance, 4e5 + std::log(1e-3 / 40), 1e-6);
}

TEST(Relaxation, CountsAConstantSegmentAsItsUpdatesOneByOne) {
  const auto rates = std::make_shared<const std::vector<double>>(20'000, 3e-4);
  const Schedule table({{.begin = 0, .end = 20'000, .shape = Shape::table, .table = rates}});
  const Schedule segment({{.begin = 0, .end = 20'000, .shape = Shape::constant, .from = 3e-4}});
  for (const double curvature : {.3, 50.0, 2000.0}) {
    const Relaxation one = relax(segment, 20'000, curvature), many = relax(table, 20'000, curvature);
    EXPECT_NEAR(many.noise_floor / one.noise_floor, 1, 1e-11);
    EXPECT_NEAR(many.log_saddle_variance, one.log_saddle_variance, 1e-9);
  }
  EXPECT_NEAR(log_barrier_exposure(table, 20'000, 1e-3), log_barrier_exposure(segment, 20'000, 1e-3), 1e-10);
}

TEST(Escape, FromAMinimumIsTheTailOfANormal) {
  EXPECT_NEAR(leaving_probability(4, 2 * 1.959963984540054), .05, 1e-12);
  EXPECT_EQ(leaving_probability(1, 0), 1);
}

TEST(Escape, FromASaddleNearsThePublishedLaw) {
  const double log_variance = std::log(1e8), radius = .7;
  EXPECT_NEAR(staying_probability(log_variance, radius) / (radius * std::sqrt(2 / (std::numbers::pi * 1e8))), 1, 1e-8);
  EXPECT_NEAR(staying_probability(std::log(4), 2 * 1.959963984540054), .95, 1e-12);
  EXPECT_EQ(staying_probability(1e6, radius), 0);
}

TEST(BarrierExposure, IsItsDefinition) {
  for (const char* text : kSchedules) {
    SCOPED_TRACE(text);
    const Schedule schedule = parse_schedule(text, "test");
    for (const double barrier : {0.0, 1e-4, 3e-3}) {
      long double exposure = 0;
      for (Step s = 0; s < 8000; ++s) {
        const long double lr = schedule.lr(s);
        if (lr > 0) exposure += lr * std::exp(-barrier / lr);
      }
      EXPECT_NEAR(log_barrier_exposure(schedule, 8000, barrier), std::log(exposure), 1e-10);
    }
  }
}

TEST(BarrierExposure, OfAHighBarrierDoesNotVanish) {
  const Schedule schedule({{.begin = 0, .end = 1000, .shape = Shape::constant, .from = 1e-4}});
  EXPECT_NEAR(log_barrier_exposure(schedule, 1000, 1), std::log(.1) - 1e4, 1e-8);
}

}  // namespace
}  // namespace losscast
