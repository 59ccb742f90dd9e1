#include "losscast/base/parallel_in_order.hpp"

#include <condition_variable>
#include <mutex>

#include "losscast/base/parallel.hpp"

namespace losscast {
namespace {

// Lets the threads through in the order of their numbers, from 0, until one of them has failed.
class Queue {
 public:
  // Waits for the turn of `number`, and calls `rest` then.
  void call(std::int64_t number, const std::function<void()>& rest) {
    std::unique_lock lock(guard_);
    moved_.wait(lock, [&] { return next_ == number || failed_; });
    if (failed_) return;
    rest();
    ++next_;
    moved_.notify_all();
  }

  void fail() {
    const std::lock_guard lock(guard_);
    failed_ = true;
    moved_.notify_all();
  }

 private:
  std::mutex guard_;
  std::condition_variable moved_;
  std::int64_t next_ = 0;
  bool failed_ = false;
};

}  // namespace

// Numbers are begun in ascending order, so the one whose turn it is has a thread already.
void parallel_for_in_order(std::int64_t count, int threads,
                           const std::function<std::function<void()>(std::int64_t)>& work) {
  Queue queue;
  parallel_for(count, threads, [&](std::int64_t i) {
    try {
      queue.call(i, work(i));
    } catch (...) {
      queue.fail();
      throw;
    }
  });
}

}  // namespace losscast
