#include "losscast/report/round_ticks.hpp"

#include <gtest/gtest.h>

namespace losscast::test {
namespace {

TEST(RoundTicks, AreRoundAndCoverTheRange) {
  EXPECT_EQ(round_ticks(0, 10, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(round_ticks(1.5, 3.2, 4), (std::vector<double>{1.5, 2, 2.5, 3}));
  EXPECT_EQ(round_ticks(-3, 3, 3), (std::vector<double>{-2, 0, 2}));
}

}  // namespace
}  // namespace losscast::test
