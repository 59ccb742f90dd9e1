// Faults as a test's message shows them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace losscast::test {

// Fails if there are any, and lists them, one a line.
inline ::testing::AssertionResult none(const std::vector<std::string>& faults) {
  if (faults.empty()) return ::testing::AssertionSuccess();
  ::testing::AssertionResult failure = ::testing::AssertionFailure() << faults.size() << ":";
  for (const std::string& fault : faults) failure << "\n" << fault;
  return failure;
}

}  // namespace losscast::test
