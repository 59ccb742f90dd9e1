// Comparing results bit for bit: 0 and -0 differ, a NaN equals itself.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace losscast::test {

inline ::testing::AssertionResult same_bytes(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return ::testing::AssertionFailure() << a.size() << " values against " << b.size();
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::memcmp(&a[i], &b[i], sizeof(float)) != 0)
      return ::testing::AssertionFailure() << "value " << i << ": " << a[i] << " against " << b[i];
  return ::testing::AssertionSuccess();
}

inline ::testing::AssertionResult same_bytes(const std::vector<std::vector<float>>& a,
                                             const std::vector<std::vector<float>>& b) {
  if (a.size() != b.size()) return ::testing::AssertionFailure() << a.size() << " schedules against " << b.size();
  for (std::size_t s = 0; s < a.size(); ++s) {
    const auto same = same_bytes(a[s], b[s]);
    if (!same) return ::testing::AssertionFailure() << "schedule " << s << ": " << same.message();
  }
  return ::testing::AssertionSuccess();
}

}  // namespace losscast::test
