// The macro as it is with the option LOSSCAST_CONTRACTS, whether this build has it or not.
#ifndef LOSSCAST_CONTRACTS
#define LOSSCAST_CONTRACTS
#endif
#include "losscast/base/contract.hpp"

#include <gtest/gtest.h>

#include <string>

namespace losscast::test {
namespace {

constexpr int kLine = __LINE__ + 2;  // of the contract
int half(int even) {
  LOSSCAST_EXPECTS(even % 2 == 0);
  return even / 2;
}

TEST(ContractOn, LetsPassWhatKeepsIt) { EXPECT_EQ(half(4), 2); }

TEST(ContractOn, ReportsWhatBreaksIt) {
  try {
    half(3);
    FAIL() << "nothing was thrown";
  } catch (const ContractViolation& violation) {
    const std::string text = violation.what();
    const std::string end =
        "contract_test.cpp:" + std::to_string(kLine) + ": the precondition does not hold: even % 2 == 0";
    EXPECT_TRUE(text.ends_with(end)) << text;
  }
}

TEST(ContractOn, EvaluatesTheConditionOnce) {
  int calls = 0;
  LOSSCAST_EXPECTS(++calls > 0);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace losscast::test
