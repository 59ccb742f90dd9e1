#include "logs/round_number.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace losscast::test {
namespace {

TEST(RoundNumbers, AreThoseWithTheFewestDigits) {
  EXPECT_EQ(round_numbers(0.00123456, 1e-4), (std::vector<double>{0.0012, 0.00123, 0.001235, 0.0012346, 0.00123456}));
  EXPECT_EQ(round_numbers(0.1 + 0.2, 1e-12), (std::vector<double>{0.3, 0.1 + 0.2}));
  EXPECT_EQ(round_numbers(3e-4, 0), (std::vector<double>{3e-4}));
}

TEST(RoundNumbers, AreNotNegative) {
  EXPECT_EQ(round_numbers(-1e-9, 1e-8), (std::vector<double>{0, 0}));
  EXPECT_EQ(round_numbers(1e-9, 2e-9).front(), 0);
}

TEST(RoundNumbers, AreFiniteIfTheNumberIs) {
  const double largest = std::numeric_limits<double>::max();
  for (const double number : round_numbers(largest, largest)) EXPECT_LE(number, largest);
}

TEST(RoundestStep, DividesByTheHighestPowerOfTenOrHalfOrAFifthOfIt) {
  EXPECT_EQ(roundest_step(1234, 2345), 2000);
  EXPECT_EQ(roundest_step(41, 59), 50);
  EXPECT_EQ(roundest_step(7, 7), 7);
}

TEST(StepsByRoundness, AreAllOfThemOrTheRounderOnes) {
  EXPECT_EQ(steps_by_roundness(98, 104), (std::vector<Step>{100, 98, 102, 104, 99, 101, 103}));
  EXPECT_EQ(steps_by_roundness(98, 104, 2), (std::vector<Step>{100, 98}));
  EXPECT_EQ(steps_by_roundness(1, 20'000).size(), 20'000u);
  EXPECT_TRUE(steps_by_roundness(0, 20'000).empty()) << "too many to be tried";
  EXPECT_TRUE(steps_by_roundness(5, 4).empty());
}

TEST(MostWith, KeepsPairsFew) {
  EXPECT_EQ(most_with(0), 20'000u);
  EXPECT_EQ(most_with(100), 200u);
  EXPECT_EQ(most_with(20'000), 141u);
  for (std::size_t many = 1; many <= 40'000; many = 2 * many + 1)
    EXPECT_LE(most_with(many) * std::min(many, most_with(most_with(many))), 20'000u) << many;
}

}  // namespace
}  // namespace losscast::test
