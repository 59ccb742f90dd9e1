#include "losscast/base/parallel_in_order.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

namespace losscast::test {
namespace {

TEST(ParallelForInOrder, CallsTheRestsInOrderOneAtATime) {
  for (const int threads : {1, 2, 7}) {
    std::vector<std::int64_t> order;  // not guarded: no two rests run at a time
    parallel_for_in_order(300, threads, [&](std::int64_t i) {
      if (i % 7 == 0) std::this_thread::yield();
      return [&order, i] { order.push_back(i); };
    });
    ASSERT_EQ(order.size(), 300u);
    for (std::int64_t i = 0; i < 300; ++i) ASSERT_EQ(order[static_cast<std::size_t>(i)], i) << threads;
  }
}

// Work that fails, or the rest of it: nothing after it is called, and no thread waits for ever.
TEST(ParallelForInOrder, EndsAtTheFirstFailure) {
  for (const int threads : {1, 2, 7}) {
    for (const bool in_rest : {false, true}) {
      std::int64_t done = 0;
      const auto work = [&](std::int64_t i) -> std::function<void()> {
        if (i == 100 && !in_rest) throw std::runtime_error("hundred");
        return [&, i] {
          if (i == 100) throw std::runtime_error("hundred");
          ++done;
        };
      };
      EXPECT_THROW(parallel_for_in_order(1'000'000, threads, work), std::runtime_error);
      EXPECT_LE(done, 100);
      if (in_rest) {
        EXPECT_EQ(done, 100);
      }
    }
  }
}

}  // namespace
}  // namespace losscast::test
