// The law of a sum of jumps, against closed forms and against samples of it.
#include "engine/jump_sum.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "losscast/random/counter.hpp"
#include "losscast/random/uniform.hpp"

namespace losscast::test {
namespace {

// The grid's own error [nats], for jumps of 0.1 nats.
constexpr double kGrid = 3e-5;

// A run of 750 blocks whose jumps fade, at an LR that falls to 0 over the last quarter.
std::vector<JumpBlock> blocks_of_a_run(double probability, double keep) {
  constexpr int kBlocks = 750;
  std::vector<JumpBlock> blocks(kBlocks);
  double left = 0.1;
  for (int b = kBlocks; b-- > 0; left *= keep)
    blocks[static_cast<std::size_t>(b)] = {probability * std::min(1.0, (kBlocks - b) / 187.0), left};
  return blocks;
}

TEST(JumpSum, WithoutJumpsIsZero) {
  const JumpSum none({});
  EXPECT_EQ(none.mean(), 0);
  EXPECT_EQ(none.distribution(0), 1);
  EXPECT_EQ(none.distribution(-1e-9), 0);
  EXPECT_EQ(none.excess(0), 0);
  EXPECT_EQ(none.excess(-0.5), 0.5);
}

// One block: P(Z <= a) = 1 - p exp(-a / mu), E max(Z - a, 0) = p mu exp(-a / mu).
TEST(JumpSum, OfOneBlockIsAnExponentialWithAStepAtZero) {
  const JumpSum one({{0.3, 0.1}});
  EXPECT_NEAR(one.distribution(0), 0.7, 1e-15);
  for (const double a : {1e-5, 1e-3, 0.03, 0.1, 0.4, 1.0}) {
    EXPECT_NEAR(one.distribution(a), 1 - 0.3 * std::exp(-a / 0.1), kGrid / 0.1) << a;
    EXPECT_NEAR(one.excess(a), 0.03 * std::exp(-a / 0.1), kGrid) << a;
  }
  EXPECT_EQ(one.distribution(100), 1);
  EXPECT_EQ(one.excess(100), 0);
}

// Three jumps that surely happen: a gamma law of shape 3.
TEST(JumpSum, OfThreeCertainJumpsIsAGammaLaw) {
  const JumpSum three({{1, 0.1}, {1, 0.1}, {1, 0.1}});
  EXPECT_EQ(three.distribution(0), 0);
  for (const double x : {0.5, 1.0, 2.0, 4.0, 8.0})
    EXPECT_NEAR(three.distribution(0.1 * x), 1 - std::exp(-x) * (1 + x + x * x / 2), kGrid / 0.1) << x;
}

// Two certain jumps of different means: 1 - (m1 exp(-a / m1) - m2 exp(-a / m2)) / (m1 - m2). The smaller one is so
// small that it lies below most of the grid's distances.
TEST(JumpSum, ResolvesSmallJumpsBesideLargeOnes) {
  const double large = 0.1, small = 1e-4;
  const JumpSum two({{1, large}, {1, small}});
  for (const double a : {1e-5, 1e-4, 1e-3, 0.05, 0.3})
    EXPECT_NEAR(two.distribution(a),
                1 - (large * std::exp(-a / large) - small * std::exp(-a / small)) / (large - small), kGrid / large)
        << a;
}

// E Z and Var Z are sums over the blocks; the second moment is twice the integral of the excess.
TEST(JumpSum, HasTheMomentsOfItsBlocks) {
  for (const double probability : {1e-4, 1e-2, 0.2})
    for (const double keep : {0.9999, 0.99, 0.8}) {
      const std::vector<JumpBlock> blocks = blocks_of_a_run(probability, keep);
      const JumpSum sum(blocks);
      EXPECT_NEAR(sum.excess(0) / sum.mean(), 1, 1e-12) << probability << " " << keep;
      double second = 0;
      constexpr int kPieces = 100'000;
      const double piece = sum.reach() / kPieces;
      for (int i = 0; i < kPieces; ++i) second += 2 * piece * sum.excess((i + 0.5) * piece);
      EXPECT_NEAR((second - sum.mean() * sum.mean()) / variance(blocks), 1, 5e-4) << probability << " " << keep;
    }
}

// Against samples, block by block.
TEST(JumpSum, IsTheLawOfItsSamples) {
  const std::vector<JumpBlock> blocks = blocks_of_a_run(0.01, 0.99);
  const JumpSum sum(blocks);
  constexpr std::uint64_t kSamples = 20'000;
  const std::vector<double> places = {1e-3, 0.02, 0.1, 0.3};
  std::vector<double> below(places.size(), 0.0);
  for (std::uint64_t i = 0; i < kSamples; ++i) {
    double z = 0;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      const RandomBits bits = random_bits(5, Stream::jumps, i, static_cast<std::uint32_t>(b), 0);
      if (static_cast<double>(open_uniform(bits.word[0])) < blocks[b].probability)
        z -= blocks[b].mean * std::log(static_cast<double>(open_uniform(bits.word[1])));
    }
    for (std::size_t p = 0; p < places.size(); ++p) below[p] += z <= places[p] ? 1.0 / kSamples : 0;
  }
  for (std::size_t p = 0; p < places.size(); ++p) {
    const double expected = sum.distribution(places[p]);
    EXPECT_NEAR(below[p], expected, 5 * std::sqrt(expected * (1 - expected) / kSamples)) << places[p];
  }
}

}  // namespace
}  // namespace losscast::test
