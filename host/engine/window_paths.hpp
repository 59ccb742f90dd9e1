// Paths that are moved from one window of records to the next, so that not all their values lie in memory at once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/tables.hpp"

namespace losscast {

// Which paths, under which recipes, on which grid.
struct WindowRequest {
  Grid grid;
  RecipeChoice recipes;
  PathRange range;
};

class WindowPaths {
 public:
  // `sde` is the law that the worker was made for, whose tables it reads; `moved_by` is the same, or the same without
  // noise. What is given as a reference must outlive this, but for `moved_by`.
  WindowPaths(const LossSde& sde, const LossSde& moved_by, const DrawConstants& constants, WindowRequest request,
              int threads, EnsembleWorker& worker);

  // Simulates on to the end of the next `count` records, and returns their values [schedule][record][path] [nats]. They
  // are the worker's until something else is simulated on it, which may be between two calls. A worker that cannot
  // go on with paths moves them from the start each time.
  std::span<const float> next(std::size_t count);

  // Executed so far.
  std::int64_t block_steps() const { return block_steps_; }

  // Of all records, where the worker goes on with paths; known from the first window on.
  std::int64_t whole_block_steps() const { return whole_block_steps_; }

 private:
  struct alignas(64) Unit {
    std::byte bytes[64];
  };

  void* states();

  const LossSde& sde_;
  LossSde moved_by_;
  const DrawConstants& constants_;
  WindowRequest request_;
  int threads_;
  EnsembleWorker& worker_;
  Tables tables_;  // of the last window: the worker may read them again until the next one
  std::vector<Unit> states_;
  std::size_t first_ = 0;  // record of the next window
  int first_block_ = 0;    // at which it begins
  std::int64_t block_steps_ = 0, whole_block_steps_ = 0;
};

}  // namespace losscast
