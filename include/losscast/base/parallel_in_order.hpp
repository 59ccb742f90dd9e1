/// \file
/// Work shared among threads, of which something is left to be done in order.
#pragma once

#include <cstdint>
#include <functional>

namespace losscast {

/// Calls work(i) as parallel_for() does, and what it returns, such as the writing of what was made, after that of
/// work(i - 1): one at a time, while other threads go on with their work. At most one such rest waits on each thread.
/// Nothing is called any more after an exception, which is thrown again here.
void parallel_for_in_order(std::int64_t count, int threads,
                           const std::function<std::function<void()>(std::int64_t)>& work);

}  // namespace losscast
