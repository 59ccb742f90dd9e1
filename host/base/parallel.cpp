#include "losscast/base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

#include "base/floating_point_environment.hpp"

namespace losscast {

namespace {

// Starts `count` threads, or as many as the system has to give: with fewer the work takes longer, and that is all.
template <class Worker>
std::vector<std::jthread> start_threads(std::int64_t count, const Worker& worker) {
  std::vector<std::jthread> pool;
  try {
    for (std::int64_t i = 0; i < count; ++i) pool.emplace_back(worker);
  } catch (const std::system_error&) {  // the limit on processes, or no room for a stack
  } catch (const std::bad_alloc&) {
  }
  return pool;
}

}  // namespace

int thread_count(int threads) {
  return threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void parallel_for(std::int64_t count, int threads, const std::function<void(std::int64_t)>& work) {
  std::atomic<std::int64_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_guard;
  const auto worker = [&] {
    const FloatingPointEnvironment environment;
    for (std::int64_t i; (i = next.fetch_add(1)) < count;) {
      try {
        work(i);
      } catch (...) {
        const std::lock_guard lock(failure_guard);
        if (!failure) failure = std::current_exception();
        next = count;
      }
    }
  };
  const auto helpers = std::min<std::int64_t>(thread_count(threads), count) - 1;
  {
    const std::vector<std::jthread> helping = start_threads(helpers, worker);
    worker();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace losscast
