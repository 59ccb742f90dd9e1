#include "engine/window_paths.hpp"

#include <algorithm>
#include <utility>

namespace losscast {
namespace {

// Blocks of all schedules before block number `end` of the grid.
std::int64_t blocks_before(const Tables& tables, int end) {
  std::int64_t blocks = 0;
  for (const int last : tables.last_block) blocks += std::min(last, end);
  return blocks;
}

}  // namespace

WindowPaths::WindowPaths(const LossSde& sde, const LossSde& moved_by, const DrawConstants& constants,
                         WindowRequest request, int threads, EnsembleWorker& worker)
    : sde_(sde),
      moved_by_(moved_by),
      constants_(constants),
      request_(std::move(request)),
      threads_(threads),
      worker_(worker) {}

std::span<const float> WindowPaths::next(std::size_t count) {
  tables_ = fill_tables(sde_, request_.grid, request_.recipes, threads_, worker_);
  const Tables& tables = tables_;
  const bool whole = count == tables.records(), last = first_ + count == tables.records();
  const Window window{first_, count, first_block_, whole ? nullptr : states()};
  const std::span<const float> values = simulate_paths(moved_by_, tables, constants_, request_.range, worker_, window);
  first_ += count;
  const int end = request_.grid.record_after[first_ - 1];
  const std::int64_t blocks = last ? tables.blocks() : blocks_before(tables, end);
  block_steps_ += request_.range.paths * (blocks - blocks_before(tables, first_block_));
  whole_block_steps_ = request_.range.paths * tables.blocks();
  if (window.states != nullptr) first_block_ = end;
  return values;
}

void* WindowPaths::states() {
  const std::size_t bytes = worker_.state_bytes(request_.recipes.size(), request_.range.paths);
  states_.resize((bytes + sizeof(Unit) - 1) / sizeof(Unit));
  return bytes > 0 ? states_.data() : nullptr;
}

}  // namespace losscast
