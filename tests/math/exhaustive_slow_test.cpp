// Every argument of every FP32 function of one argument: minutes on one core, hence labelled `slow`.
#include <gtest/gtest.h>

#include "tests/math/float_functions.hpp"
#include "tests/math/turns.hpp"

namespace losscast::accuracy {
namespace {

class SlowFloatAccuracy : public ::testing::TestWithParam<FloatFunction> {};

TEST_P(SlowFloatAccuracy, StaysWithinTheDocumentedBoundForEveryArgument) {
  for (const BitRange& range : GetParam().domain) {
    const WorstError worst = worst_error(GetParam(), range, 1);
    EXPECT_LE(worst.ulps, GetParam().largest_ulps) << "at " << worst.argument;
  }
}

INSTANTIATE_TEST_SUITE_P(, SlowFloatAccuracy, ::testing::ValuesIn(float_functions()),
                         [](const auto& instance) { return instance.param.name; });

TEST(SlowSincosTurns, StaysWithinTheDocumentedBoundForEveryAngle) {
  EXPECT_LE(worst_error_of_turns(1), kLargestErrorOfTurns);
}

}  // namespace
}  // namespace losscast::accuracy
