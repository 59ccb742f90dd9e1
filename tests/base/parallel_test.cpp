#include "losscast/base/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace losscast::test {
namespace {

TEST(ParallelFor, CallsEachOnce) {
  for (const int threads : {0, 1, 2, 3, 7, 100}) {
    for (const std::int64_t count : {0, 1, 5, 1000}) {
      std::vector<std::atomic<int>> calls(static_cast<std::size_t>(count));
      parallel_for(count, threads, [&](std::int64_t i) { ++calls[static_cast<std::size_t>(i)]; });
      for (const auto& one : calls) ASSERT_EQ(one, 1) << threads << " " << count;
    }
  }
}

TEST(ParallelFor, ThrowsAgainWhatACallThrew) {
  for (const int threads : {1, 3}) {
    std::atomic<int> calls{0};
    const auto work = [&](std::int64_t i) {
      ++calls;
      if (i == 10) throw std::runtime_error("ten");
    };
    try {
      parallel_for(1'000'000, threads, work);
      FAIL() << "nothing was thrown";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "ten");
    }
    EXPECT_LT(calls, 1'000'000);  // the rest was not begun
  }
}

TEST(ThreadCount, IsTheOneAskedForOrThatOfTheMachine) {
  EXPECT_EQ(thread_count(3), 3);
  EXPECT_GE(thread_count(0), 1);
}

}  // namespace
}  // namespace losscast::test
