#include "race/observation_gain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace losscast::test {
namespace {

constexpr std::size_t kDraws = 4000;

// Draws of three losses that share a normal error each with a quantity, and that quantity by itself.
struct Toy {
  std::vector<float> losses, quantity, other;
};

Toy toy() {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  Toy out;
  out.losses.resize(3 * kDraws);
  for (std::size_t d = 0; d < kDraws; ++d) {
    const double x = normal(random), own[] = {normal(random), normal(random)};
    out.quantity.push_back(static_cast<float>(0.01 * x));
    out.other.push_back(static_cast<float>(0.01 * normal(random)));
    out.losses[d] = static_cast<float>(3);
    out.losses[kDraws + d] = static_cast<float>(3.004 + 0.010 * x + 0.003 * own[0]);
    out.losses[2 * kDraws + d] = static_cast<float>(3.002 - 0.006 * x + 0.004 * own[1]);
  }
  return out;
}

std::span<const float> loss(const Toy& toy, std::size_t c) { return std::span(toy.losses).subspan(c * kDraws, kDraws); }

double mean(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value);
  return sum / static_cast<double>(values.size());
}

double covariance(std::span<const float> a, std::span<const float> b) {
  const double mean_a = mean(a), mean_b = mean(b);
  double sum = 0;
  for (std::size_t d = 0; d < a.size(); ++d)
    sum += (static_cast<double>(a[d]) - mean_a) * (static_cast<double>(b[d]) - mean_b);
  return sum / static_cast<double>(a.size());
}

// Simulates the experiment: y is drawn, each loss gets its mean given y, and the lowest is taken.
TEST(ObservationGain, IsWhatSimulatedExperimentsGain) {
  const Toy one = toy();
  const OpenChoice choice(one.losses, kDraws);
  for (const double noise : {0.0, 0.005, 0.02}) {
    const OpenChoice::Gain gain = choice.gain_of(one.quantity, noise);
    const double variance = covariance(one.quantity, one.quantity) + noise * noise;
    double means[3], slopes[3];
    for (std::size_t c = 0; c < 3; ++c) {
      means[c] = mean(loss(one, c));
      slopes[c] = covariance(loss(one, c), one.quantity) / std::sqrt(variance);
    }
    std::mt19937_64 random(11);
    std::normal_distribution<double> normal;
    constexpr int kTimes = 400000;
    double sum = 0, squares = 0;
    int changes = 0, of_second = 0;
    for (int i = 0; i < kTimes; ++i) {
      const double z = normal(random);
      double after[3];
      for (std::size_t c = 0; c < 3; ++c) after[c] = means[c] + slopes[c] * z;
      const auto lowest = std::min_element(after, after + 3) - after;
      sum += after[0] - after[lowest];
      squares += std::pow(after[0] - after[lowest], 2);
      changes += lowest == 0 ? 0 : 1;
      of_second += lowest == 1 ? 1 : 0;
    }
    const double simulated = sum / kTimes;
    const double error = std::sqrt((squares / kTimes - simulated * simulated) / kTimes);
    EXPECT_NEAR(gain.regret_fall, simulated, 5 * error) << noise;
    EXPECT_NEAR(gain.p_change, static_cast<double>(changes) / kTimes, 5 * 0.5 / std::sqrt(kTimes)) << noise;
    EXPECT_EQ(gain.rival, 2 * of_second > changes ? 1u : 2u) << noise;
    EXPECT_GT(gain.regret_fall, 5e-4);
    EXPECT_LE(gain.regret_fall, choice.regret());
  }
}

// The difference of two losses, one of which is known, by the normal law of the same moments: in closed form.
TEST(ObservationGain, OfTwoCandidatesIsTheClosedForm) {
  std::vector<float> losses(2 * kDraws, 3.0f);
  for (std::size_t d = 0; d < kDraws; ++d) losses[kDraws + d] = d % 2 == 0 ? 2.99f : 3.02f;
  const OpenChoice choice(losses, kDraws);
  const double shift = mean(std::span(losses).subspan(kDraws)) - 3.0;
  const double deviation = std::sqrt(covariance(std::span(losses).subspan(kDraws), std::span(losses).subspan(kDraws)));
  const double z = shift / deviation, density = std::exp(-0.5 * z * z) / std::sqrt(2 * std::acos(-1.0));
  const double closed = deviation * (density - z * 0.5 * std::erfc(z / std::sqrt(2.0)));
  const OpenChoice::Gain gain = choice.gain_of(std::span(losses).subspan(kDraws), 0);
  EXPECT_NEAR(choice.regret(), 0.005, 1e-7);  // half of the draws are better by 0.01
  EXPECT_NEAR(gain.regret_fall, closed, 1e-12);
  EXPECT_NEAR(gain.p_change, 0.5 * std::erfc(z / std::sqrt(2.0)), 1e-12);
}

TEST(ObservationGain, FallsToNothingWithItsNoise) {
  const Toy one = toy();
  const OpenChoice choice(one.losses, kDraws);
  double before = choice.regret();
  for (const double noise : {0.0, 0.01, 0.1, 1.0}) {
    const double fall = choice.gain_of(one.quantity, noise).regret_fall;
    EXPECT_LT(fall, before);
    before = fall;
  }
  EXPECT_LT(before, 1e-9);
}

// Of 4,000 draws a correlation of 0 is known to 1 in 63, so that mere chance looks like 0.02 of the slope, and by the
// gap of the means that is worth nothing; what all losses have in common is of no use either.
TEST(ObservationGain, OfWhatHasNoPartInTheDifferencesIsNothing) {
  Toy one = toy();
  const OpenChoice choice(one.losses, kDraws);
  EXPECT_LT(choice.gain_of(one.other, 0).regret_fall, 1e-6);
  EXPECT_EQ(choice.gain_of(std::vector<float>(kDraws, 3.0f), 0.001).regret_fall, 0);
  EXPECT_EQ(choice.gain_of(loss(one, 0), 0).regret_fall, 0);  // the chosen one, which is known
  std::vector<float> shared = one.losses;
  for (std::size_t c = 0; c < 3; ++c)
    for (std::size_t d = 0; d < kDraws; ++d)
      shared[c * kDraws + d] = 3.0f + 0.01f * static_cast<float>(c) + one.quantity[d];
  const OpenChoice of_shared(shared, kDraws);
  EXPECT_LT(of_shared.gain_of(one.quantity, 0).regret_fall, 1e-9);
}

TEST(ObservationGain, LeavesOutWhatIsNotFinite) {
  Toy one = toy();
  const OpenChoice whole(one.losses, kDraws);
  one.losses[2 * kDraws + 5] = std::numeric_limits<float>::infinity();
  const OpenChoice choice(one.losses, kDraws);
  EXPECT_EQ(choice.chosen(), 0u);
  EXPECT_LT(choice.regret(), whole.regret());
  EXPECT_EQ(choice.gain_of(one.quantity, 0.005).rival, 1u);
  one.quantity[3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(choice.gain_of(one.quantity, 0.005).regret_fall, 0);
  const std::vector<float> nothing(kDraws, std::numeric_limits<float>::quiet_NaN());
  EXPECT_FALSE(OpenChoice(nothing, kDraws).chosen());
}

// Draws in which a candidate breaks down make it no better, and no likelier to be chosen.
TEST(ObservationGain, IsNotRaisedByDrawsInWhichARunBreaksDown) {
  Toy one = toy();
  const OpenChoice before(one.losses, kDraws);
  for (std::size_t d = 0; d < kDraws; d += 100) one.losses[kDraws + d] = one.quantity[d] = 8;
  const OpenChoice choice(one.losses, kDraws);
  EXPECT_LE(choice.gain_of(one.quantity, 0.005).regret_fall, before.gain_of(toy().quantity, 0.005).regret_fall);
}

TEST(ObservationGain, CutsNoTailOfNormalValues) {
  const Toy one = toy();
  std::vector<double> values(one.quantity.begin(), one.quantity.end());
  const std::vector<double> before = values;
  cut_tails(values);
  EXPECT_EQ(values, before);
  values[17] = 1;
  cut_tails(values);
  EXPECT_NEAR(values[17], 0.05, 0.005);
}

TEST(ObservationGain, FindsTheBestObservationOnAnyNumberOfThreads) {
  const Toy one = toy();
  const std::vector<double> noise = {0.001, 0.001, 0.001}, much = {0.001, 1, 0.001};
  const auto best = best_observation(one.losses, kDraws, noise, 1);
  ASSERT_TRUE(best);
  EXPECT_EQ(best->candidate, 1u);
  EXPECT_EQ(best->regret_fall, best_observation(one.losses, kDraws, noise, 3)->regret_fall);
  EXPECT_EQ(best_observation(one.losses, kDraws, much, 2)->candidate, 2u);
  const std::vector<float> same(2 * kDraws, 3.0f);
  EXPECT_FALSE(best_observation(same, kDraws, std::vector<double>{0.1, 0.1}, 1));
}

}  // namespace
}  // namespace losscast::test
