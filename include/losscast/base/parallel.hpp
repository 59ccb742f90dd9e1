/// \file
/// Work shared among threads.
#pragma once

#include <cstdint>
#include <functional>

namespace losscast {

/// Calls work(i) once for each 0 <= i < count, on `threads` threads (0: as many as cores), or on fewer, down to the
/// calling one alone, where the system has no more to give. The calls may come in any order, so each must write to a
/// place of its own. The first exception thrown by a call is thrown again here, after all threads have stopped.
void parallel_for(std::int64_t count, int threads, const std::function<void(std::int64_t)>& work);

/// The number of threads that `threads` stands for.
int thread_count(int threads);

}  // namespace losscast
