// Jumps and the barrier at a constant rate, against the laws of docs/models.md.
#include "losscast/model/spikes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "losscast/random/uniform.hpp"
#include "tests/model/normals.hpp"

namespace losscast::test {
namespace {

constexpr int kLanes = 16;
constexpr int kTiles = 2'500;
constexpr double kPaths = kLanes * kTiles;
constexpr double kRef = 3e-4;

// What a path has come to after `blocks` blocks of m steps at effective LR x.
struct Ends {
  std::vector<double> jumps, barrier;
  double no_jump = 0, diverged = 0;  // shares
};

struct Course {
  Spikes spikes;
  double x = 1;
  int m = 1;
  int blocks = 1;
};

Ends simulate(const Course& course) {
  const Spikes& s = course.spikes;
  const SpikeConstants constants{static_cast<float>(s.barrier_pull), static_cast<float>(s.barrier_noise),
                                 static_cast<float>(s.barrier_growth), static_cast<float>(s.barrier_limit)};
  const SpikeBlock block{static_cast<float>(-std::expm1(-s.jump_rate * course.m)), static_cast<float>(s.mean_jump),
                         static_cast<float>(std::exp(-s.jump_decay * course.m)), 1.0f / static_cast<float>(course.m),
                         static_cast<float>(1 / kRef)};
  Ends out;
  for (int tile = 0; tile < kTiles; ++tile) {
    SpikeTile<kLanes> state;
    start(state);
    float dtau[kLanes], occurs[kLanes], size[kLanes], z[kLanes];
    for (float& one : dtau) one = static_cast<float>(kRef * course.x * course.m);
    for (int b = 0; b < course.blocks; ++b) {
      for (int lane = 0; lane < kLanes; ++lane) {
        const auto path = static_cast<std::uint64_t>(tile * kLanes + lane);
        const auto bits = random_bits(51, Stream::jumps, path, static_cast<std::uint32_t>(b), 0);
        float ignored;
        occurs[lane] = open_uniform(bits.word[0]);
        size[lane] = open_uniform(bits.word[1]);
        normal_pair(bits.word[2], bits.word[3], z[lane], ignored);
      }
      step(state, constants, block, dtau, occurs, size, z);
    }
    for (int lane = 0; lane < kLanes; ++lane) {
      out.jumps.push_back(static_cast<double>(state.jumps[lane]));
      out.barrier.push_back(static_cast<double>(state.barrier[lane]));
      out.no_jump += state.jumps[lane] == 0 ? 1 : 0;
      out.diverged += static_cast<double>(state.diverged[lane]);
    }
  }
  out.no_jump /= kPaths;
  out.diverged /= kPaths;
  return out;
}

struct Sample {
  double mean, variance, mean_error, variance_error;  // errors: one standard deviation, from the sample's moments
};

Sample sample_of(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  double mean = 0, second = 0, fourth = 0;
  for (const double v : values) mean += v / n;
  for (const double v : values) {
    const double square = (v - mean) * (v - mean);
    second += square / n;
    fourth += square * square / n;
  }
  return {mean, second, std::sqrt(second / n), std::sqrt((fourth - second * second) / n)};
}

constexpr double kSigmas = 4;

Spikes jumps() {
  Spikes spikes;
  spikes.jump_rate = 2e-3;
  spikes.mean_jump = 0.3;
  spikes.jump_decay = 1e-2;
  return spikes;
}

// Stationary: E Z = Lambda E J / k_z and Var Z = Lambda E J^2 / (2 k_z). The chain's jumps come at the ends of blocks
// of one step, at most one in each: relative errors k_z / 2 + Lambda / 2 = 0.6%, known and taken into account.
TEST(Jumps, HaveTheMeanAndVarianceOfShotNoise) {
  const Spikes spikes = jumps();
  const Sample z = sample_of(simulate({spikes, 1, 1, 1000}).jumps);
  const double p = -std::expm1(-spikes.jump_rate), keep = std::exp(-spikes.jump_decay), size = spikes.mean_jump;
  const double mean = p * size / (1 - keep);
  const double variance = (p * 2 * size * size - p * p * size * size) / (1 - keep * keep);
  EXPECT_NEAR(mean, spikes.jump_rate * size / spikes.jump_decay, 0.006 * mean);
  EXPECT_NEAR(variance, spikes.jump_rate * 2 * size * size / (2 * spikes.jump_decay), 0.012 * variance);
  EXPECT_NEAR(z.mean, mean, kSigmas * z.mean_error);
  EXPECT_NEAR(z.variance, variance, kSigmas * z.variance_error);
}

TEST(Jumps, NoneHappenWithTheProbabilityOfThePoissonLaw) {
  Spikes spikes = jumps();
  spikes.jump_decay = 0;  // so that a jump never fades from sight
  for (const int m : {1, 10}) {
    const double expected = std::exp(-spikes.jump_rate * 500);
    const Ends ends = simulate({spikes, 1, m, 500 / m});
    EXPECT_NEAR(ends.no_jump, expected, kSigmas * std::sqrt(expected * (1 - expected) / kPaths)) << m;
  }
}

TEST(Jumps, WithoutARateNothingHappens) {
  Spikes spikes = jumps();
  spikes.jump_rate = 0;
  EXPECT_EQ(simulate({spikes, 1, 1, 100}).no_jump, 1);
}

constexpr Spikes kBarrier{.barrier_pull = 0.1, .barrier_noise = 0.2, .barrier_growth = 0.1, .barrier_limit = 1e6};

// Euler-Maruyama over blocks of m steps: Var z = s^2 x / (2 kappa - m kappa^2 x - g^2 x), the SDE's but for the term
// with m. Its tails are light enough here (nu = 1 + 2 kappa / (g^2 x) > 13) for the variance's own error.
TEST(Barrier, HasItsStationaryVariance) {
  const Spikes s = kBarrier;
  for (const Course& course : {Course{s, 1, 1, 300}, Course{s, 1.5, 1, 200}, Course{s, 1, 4, 75}}) {
    const Ends ends = simulate(course);
    const Sample z = sample_of(ends.barrier);
    const double kappa = s.barrier_pull, g2 = s.barrier_growth * s.barrier_growth;
    const double expected = s.barrier_noise * s.barrier_noise * course.x /
                            (2 * kappa - course.m * kappa * kappa * course.x - g2 * course.x);
    EXPECT_NEAR(z.mean, 0, kSigmas * z.mean_error) << course.x << " " << course.m;
    EXPECT_NEAR(z.variance, expected, kSigmas * z.variance_error) << course.x << " " << course.m;
    EXPECT_EQ(ends.diverged, 0);
  }
}

// P(|z| > y) of the mode's stationary law, whose density is proportional to (s^2 + g^2 z^2)^(-(nu + 1) / 2): Student's
// with nu = 1 + 2 kappa / (g^2 x) degrees of freedom and scale s / (g sqrt(nu)). With z = (s / g) tan(t) it is the
// share that the integral of cos(t)^(nu - 1) from atan(g y / s) to pi / 2 has of that from 0, here by Simpson's rule.
double student_tail(double nu, double y_in_scales) {
  constexpr int kIntervals = 2'000;
  const auto integral_from = [&](double begin) {
    const double width = (std::acos(-1.0) / 2 - begin) / kIntervals;
    double sum = 0;
    for (int i = 0; i <= kIntervals; ++i)
      sum += (i == 0 || i == kIntervals ? 1
              : i % 2 == 1              ? 4
                                        : 2) *
             std::pow(std::max(0.0, std::cos(begin + width * i)), nu - 1);
    return sum * width / 3;
  };
  return integral_from(std::atan(y_in_scales)) / integral_from(0);
}

// Student's law with 3 and with 5 degrees of freedom has elementary tails (Abramowitz & Stegun 26.7.3).
TEST(StudentTail, HasTheClosedForms) {
  for (const double t : {0.5, 1.2, 1.5}) {
    const double sine = std::sin(t), cosine = std::cos(t), pi = std::acos(-1.0);
    EXPECT_NEAR(student_tail(3, std::tan(t)), 1 - 2 / pi * (t + sine * cosine), 1e-10);
    EXPECT_NEAR(student_tail(5, std::tan(t)), 1 - 2 / pi * (t + sine * (cosine + 2.0 / 3 * std::pow(cosine, 3))),
                1e-10);
  }
}

// In blocks of one update, over 10 times the mode's relaxation, after which it has forgotten its start. An update is
// not infinitely short: by the chain's transition matrix, kappa x = 0.02 makes these tails 3% heavier, 0.01 up to 2.5%:
// less than a standard error each.
TEST(Barrier, HasTheTailsOfStudentsLaw) {
  Spikes s = kBarrier;
  s.barrier_pull = 0.02;
  s.barrier_growth = std::sqrt(0.02);
  s.barrier_noise = 0.1;
  struct Case {
    double x;
    int updates;
    std::vector<double> beyond;  // in s / g
  };
  for (const Case& one : {Case{1, 500, {2.5, 6}}, Case{0.5, 1'000, {1, 2.5}}}) {
    const double nu = 1 + 2 * s.barrier_pull / (s.barrier_growth * s.barrier_growth * one.x);  // 3, and 5
    const std::vector<double> ends = simulate({s, one.x, 1, one.updates}).barrier;
    double off = 0;  // from the law with one degree of freedom less, in standard errors
    for (const double y : one.beyond) {
      const auto is_beyond = [&](double z) { return std::abs(z) * s.barrier_growth / s.barrier_noise > y; };
      const double share = static_cast<double>(std::ranges::count_if(ends, is_beyond)) / kPaths;
      const double expected = student_tail(nu, y), error = std::sqrt(expected * (1 - expected) / kPaths);
      EXPECT_GT(expected * kPaths, 70) << "paths beyond " << y;
      EXPECT_NEAR(share, expected, kSigmas * error) << one.x << " " << y;
      off = std::max(off, std::abs(share - student_tail(nu - 1, y)) / error);
    }
    EXPECT_GT(off, 10);
  }
}

TEST(Barrier, DivergesFarBeyondTheThresholdAndNotBelow) {
  Spikes s = kBarrier;
  s.barrier_limit = 20;  // 40 stationary standard deviations at x = 1
  EXPECT_EQ(simulate({s, 1, 1, 300}).diverged, 0);
  // Threshold: x = 2 kappa / (g^2 + kappa^2) = 10. At 40 a step multiplies z by 1 - 4 on average.
  EXPECT_GT(simulate({s, 40, 1, 100}).diverged, 0.9999);
}

TEST(Barrier, ADivergedPathStaysDivergedAndFinite) {
  SpikeTile<1> state;
  start(state);
  const SpikeConstants constants{1, 0, 0, 1};  // z' = z - X z: a step with X = 5 multiplies by -4
  const SpikeBlock block{0, 0, 1, 1, 1};
  const float zero[1] = {0}, five[1] = {5}, half[1] = {0.5f};
  state.barrier[0] = 0.5f;
  step(state, constants, block, half, half, half, zero);
  EXPECT_FLOAT_EQ(state.barrier[0], 0.25f);
  EXPECT_EQ(state.diverged[0], 0);
  for (int i = 0; i < 100; ++i) step(state, constants, block, five, half, half, zero);
  EXPECT_EQ(state.diverged[0], 1);
  EXPECT_LE(std::abs(state.barrier[0]), 1);
  for (int i = 0; i < 100; ++i) step(state, constants, block, half, half, half, zero);
  EXPECT_EQ(state.diverged[0], 1);
}

TEST(Barrier, WithoutALimitNothingDiverges) {
  Spikes s = kBarrier;
  s.barrier_limit = 0;
  EXPECT_EQ(simulate({s, 40, 1, 5}).diverged, 0);
}

TEST(Spikes, AreOffUnlessSwitchedOn) {
  EXPECT_FALSE(Spikes{}.any());
  EXPECT_TRUE(jumps().any());
  EXPECT_TRUE(kBarrier.any());
}

}  // namespace
}  // namespace losscast::test
