// The macro as it is in the sources that are compiled once per instruction set, and without the option.
#ifndef LOSSCAST_NO_CONTRACTS
#define LOSSCAST_NO_CONTRACTS
#endif
#include <gtest/gtest.h>

#include "losscast/base/contract.hpp"

namespace losscast::test {
namespace {

TEST(ContractOff, IsNotEvaluated) {
  int calls = 0;
  LOSSCAST_EXPECTS(++calls < 0);
  EXPECT_EQ(calls, 0);
}

// A constant expression may not hold a call that throws, so this compiles only where the macro is nothing.
constexpr int half(int even) {
  LOSSCAST_EXPECTS(even % 2 == 0);
  return even / 2;
}
static_assert(half(3) == 1);

}  // namespace
}  // namespace losscast::test
