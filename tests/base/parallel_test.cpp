#include "losscast/base/parallel.hpp"

#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <stdexcept>
#include <system_error>
#include <thread>
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

// New threads get a stack that no address space has room for: as if the system had no more threads to give.
class NoMoreThreads {
 public:
  NoMoreThreads() {
    pthread_getattr_default_np(&before_);
    pthread_attr_t attributes;
    pthread_getattr_default_np(&attributes);
    pthread_attr_setstacksize(&attributes, std::size_t{1} << 47);
    pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
  }
  ~NoMoreThreads() {
    pthread_setattr_default_np(&before_);
    pthread_attr_destroy(&before_);
  }

 private:
  pthread_attr_t before_;
};

TEST(ParallelFor, MakesDoWithTheThreadsThatThereAre) {
  const NoMoreThreads limit;
  ASSERT_THROW(std::thread([] {}).join(), std::system_error);
  for (const int threads : {1, 2, 100}) {
    std::vector<int> calls(1000);
    parallel_for(1000, threads, [&](std::int64_t i) { ++calls[static_cast<std::size_t>(i)]; });
    for (const int one : calls) ASSERT_EQ(one, 1);
  }
}

TEST(ThreadCount, IsTheOneAskedForOrThatOfTheMachine) {
  EXPECT_EQ(thread_count(3), 3);
  EXPECT_GE(thread_count(0), 1);
}

}  // namespace
}  // namespace losscast::test
