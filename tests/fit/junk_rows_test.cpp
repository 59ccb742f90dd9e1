// What is junk among rows, and what is not: by its neighbours, whatever the law.
#include "fit/junk_rows.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "bench/common/normals.hpp"

namespace losscast::test {
namespace {

constexpr std::size_t kRows = 120;
constexpr double kNoise = 2e-3;

// Residuals of a law that misses slowly: a hump of 30e-3 nats, and noise.
std::vector<double> misfit() {
  bench::Normals normal(3);
  std::vector<double> out;
  for (std::size_t i = 0; i < kRows; ++i)
    out.push_back(30e-3 * std::sin(0.07 * static_cast<double>(i)) + kNoise * normal());
  return out;
}

std::vector<JunkRows> junk_of(const std::vector<double>& residuals) {
  std::vector<double> losses;
  for (std::size_t i = 0; i < residuals.size(); ++i)
    losses.push_back(3 + 1 / (1 + static_cast<double>(i)) + residuals[i]);
  return find_junk(losses, residuals);
}

void expect_one(const std::vector<double>& residuals, DisownedKind kind, std::size_t first, std::size_t last) {
  const std::vector<JunkRows> junk = junk_of(residuals);
  ASSERT_EQ(junk.size(), 1u);
  EXPECT_EQ(junk.front().kind, kind);
  EXPECT_EQ(junk.front().first, first);
  EXPECT_EQ(junk.front().last, last);
}

TEST(JunkRows, AreNotMisfitThatHangsTogether) { EXPECT_TRUE(junk_of(misfit()).empty()); }

TEST(JunkRows, AreNotAStepAfterWhichTheLossStays) {
  std::vector<double> residuals = misfit();
  for (std::size_t i = 70; i < kRows; ++i) residuals[i] += 0.14 * std::exp(-0.02 * static_cast<double>(i - 70));
  EXPECT_TRUE(junk_of(residuals).empty());
}

TEST(JunkRows, AreNotTheFirstRowsThatComeDownToTheLaw) {
  std::vector<double> residuals = misfit();
  for (std::size_t i = 0; i < kRows; ++i) residuals[i] += 0.8 * std::exp(-0.5 * static_cast<double>(i));
  EXPECT_TRUE(junk_of(residuals).empty());
}

TEST(JunkRows, AreRowsFarFromTheirNeighboursOnBothSides) {
  for (const double size : {0.05, -0.05, 1.0, -3.0}) {
    std::vector<double> residuals = misfit();
    residuals[50] += size;
    expect_one(residuals, DisownedKind::junk, 50, 50);
    EXPECT_NEAR(junk_of(residuals).front().size, size, 5 * kNoise);
  }
}

TEST(JunkRows, AreNotRowsWithinTheNoise) {
  std::vector<double> residuals = misfit();
  residuals[50] += 5 * kNoise;
  EXPECT_TRUE(junk_of(residuals).empty());
  for (double& one : residuals) one *= 20;  // the log of a small batch: the same in units of its noise
  EXPECT_TRUE(junk_of(residuals).empty());
}

TEST(JunkRows, AreFoundAmongAFifthOfJunk) {
  std::vector<double> residuals = misfit();
  bench::Normals normal(5);
  for (std::size_t i = 2; i < kRows; i += 5) residuals[i] += normal() > 0 ? 1 : -1;
  std::size_t rows = 0;
  for (const JunkRows& one : junk_of(residuals)) {
    EXPECT_EQ(one.first % 5, 2u);
    rows += one.last - one.first + 1;
  }
  EXPECT_EQ(rows, 24u);
}

TEST(JunkRows, AreASpikeThatComesBack) {
  std::vector<double> residuals = misfit();
  for (std::size_t i = 60; i < kRows; ++i) residuals[i] += 2 * std::pow(0.6, static_cast<double>(i - 60));
  const std::vector<JunkRows> junk = junk_of(residuals);
  ASSERT_EQ(junk.size(), 1u);
  EXPECT_EQ(junk.front().kind, DisownedKind::spike);
  EXPECT_EQ(junk.front().first, 60u);
  EXPECT_NEAR(static_cast<double>(junk.front().last), 70, 2);  // 2 x 0.6^10 = 12e-3: six times the noise
  EXPECT_NEAR(junk.front().size, 2, 0.1);
}

TEST(JunkRows, AreATailThatLeavesTheCurve) {
  std::vector<double> residuals = misfit();
  for (std::size_t i = 100; i < kRows; ++i) residuals[i] += 0.1 * static_cast<double>(i - 99);
  const std::vector<JunkRows> junk = junk_of(residuals);
  ASSERT_EQ(junk.size(), 1u);
  EXPECT_EQ(junk.front().kind, DisownedKind::tail);
  EXPECT_NEAR(static_cast<double>(junk.front().first), 100, 2);
  EXPECT_EQ(junk.front().last, kRows - 1);
}

TEST(JunkRows, AreALossThatIsStuck) {
  std::vector<double> losses, residuals = misfit();
  for (std::size_t i = 0; i < kRows; ++i) losses.push_back(std::round(1e4 * (3 + residuals[i])) / 1e4);
  EXPECT_TRUE(find_junk(losses, residuals).empty());
  for (std::size_t i = 41; i < 49; ++i) {
    residuals[i] = residuals[40];
    losses[i] = losses[40];
  }
  const std::vector<JunkRows> junk = find_junk(losses, residuals);
  ASSERT_EQ(junk.size(), 1u);
  EXPECT_EQ(junk.front().kind, DisownedKind::stuck);
  EXPECT_EQ(junk.front().first, 41u);
  EXPECT_EQ(junk.front().last, 48u);
}

TEST(JunkRows, AreNotLossesThatAreRoundedToWhatTheyMoveBy) {
  std::vector<double> losses, residuals = misfit();
  for (std::size_t i = 0; i < kRows; ++i) {
    losses.push_back(std::round(1e2 * (3 + residuals[i])) / 1e2);
    residuals[i] += losses[i] - (3 + residuals[i]);
  }
  EXPECT_TRUE(find_junk(losses, residuals).empty());
}

TEST(FastNoise, IsThatOfSingleRows) {
  const double noise = fast_noise(misfit());
  EXPECT_NEAR(noise, kNoise, 0.3 * kNoise);  // of 117 differences that overlap: a standard error of 13%
  std::vector<double> residuals = misfit();
  for (std::size_t i = 4; i < kRows; i += 20) residuals[i] += 1;
  EXPECT_NEAR(fast_noise(residuals), 1.33 * noise, 0.2 * noise);  // a fifth of the differences are beyond the others
  EXPECT_EQ(fast_noise(std::vector<double>{1, 2, 3}), 0);
}

}  // namespace
}  // namespace losscast::test
