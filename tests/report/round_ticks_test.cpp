#include "losscast/report/round_ticks.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>

namespace losscast::test {
namespace {

TEST(RoundTicks, AreRoundAndCoverTheRange) {
  EXPECT_EQ(round_ticks(0, 10, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(round_ticks(1.5, 3.2, 4), (std::vector<double>{1.5, 2, 2.5, 3}));
  EXPECT_EQ(round_ticks(-3, 3, 3), (std::vector<double>{-2, 0, 2}));
  EXPECT_FALSE(std::signbit(round_ticks(-0.04, 0.3, 4).front()));
}

// Ranges of a few units in the last place of their numbers, of none, and of no numbers.
TEST(RoundTicks, EndWhereNoneAreLeft) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const auto& [low, high] : {std::pair(3.0, std::nextafter(3.0, 4.0)), std::pair(1e300, 1e300),
                                  std::pair(0.0, kInfinity), std::pair(kInfinity, -kInfinity)})
    EXPECT_LE(round_ticks(low, high, 5).size(), 6u) << low;
}

}  // namespace
}  // namespace losscast::test
