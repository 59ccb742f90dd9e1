#include "simulate.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>

#include "chunk.hpp"
#include "losscast/engine/parallel.hpp"

namespace losscast {
namespace {

// What a request keeps of one schedule's values, [records][paths] in the order of the paths.
void reduce_in_order(const EnsembleRequest& request, std::size_t schedule, std::span<const float> values,
                     EnsembleResult& result) {
  if (request.keep == EnsembleRequest::Keep::values) result.values[schedule].assign(values.begin(), values.end());
  result.record_steps[schedule] = request.record_steps.empty()
                                      ? std::vector<Step>{request.schedules[schedule].total_steps()}
                                      : request.record_steps;
  const auto paths = static_cast<std::size_t>(request.paths);
  for (std::size_t first = 0; first < values.size(); first += paths)
    result.statistics[schedule].push_back(
        summarise_paths(values.subspan(first, paths), static_cast<std::int64_t>(request.draws.size())));
}

// The rest, once each record's values ascend.
void reduce_sorted(const EnsembleRequest& request, std::span<const float> values, std::vector<Statistics>& statistics) {
  const auto paths = static_cast<std::size_t>(request.paths);
  for (std::size_t r = 0; r < statistics.size(); ++r)
    add_order_statistics(values.subspan(r * paths, paths), statistics[r]);
}

// Simulates one chunk and reduces it. Returns the block-steps it took.
std::int64_t run_chunk(const EnsembleRequest& request, std::span<const std::size_t> schedules, Step block,
                       const std::vector<float>& constants, int threads, EnsembleWorker& worker,
                       EnsembleResult& result) {
  const Grid grid = make_grid(request, block, request.schedules[schedules.back()].total_steps());
  std::byte* rows = worker.tables(schedules.size() * grid.block_begin.size() * row_bytes(request));
  const std::vector<int> last_block = fill_tables(request, grid, schedules, threads, rows);
  const std::size_t per_schedule = grid.record_after.size() * static_cast<std::size_t>(request.paths);
  float* values = worker.values(schedules.size() * per_schedule);

  EnsembleArguments arguments = arguments_of(request, grid, constants);
  arguments.coefficients = rows;
  arguments.last_block = last_block.data();
  arguments.schedules = static_cast<int>(schedules.size());
  arguments.values = values;
  worker.run(arguments);

  const auto for_each_schedule = [&](const auto& reduce) {
    parallel_for(static_cast<std::int64_t>(schedules.size()), threads, [&](std::int64_t i) {
      const auto s = static_cast<std::size_t>(i);
      reduce(schedules[s], std::span<const float>(values + s * per_schedule, per_schedule));
    });
  };
  for_each_schedule([&](std::size_t s, auto in_order) { reduce_in_order(request, s, in_order, result); });
  worker.sort(schedules.size() * grid.record_after.size(), static_cast<std::size_t>(request.paths), kLargestLoss);
  for_each_schedule([&](std::size_t s, auto sorted) { reduce_sorted(request, sorted, result.statistics[s]); });
  std::int64_t block_steps = 0;
  for (const int blocks : last_block) block_steps += request.paths * blocks;
  return block_steps;
}

}  // namespace

EnsembleResult simulate(const EnsembleRequest& request, const Processor& processor, Step block,
                        const std::vector<std::unique_ptr<EnsembleWorker>>& workers) {
  EnsembleResult result;
  result.statistics.resize(request.schedules.size());
  result.record_steps.resize(request.schedules.size());
  if (request.keep == EnsembleRequest::Keep::values) result.values.resize(request.schedules.size());

  const auto began = std::chrono::steady_clock::now();
  const std::vector<float> constants = make_constants(request);
  const Chunks chunks(request, block, processor.workers, processor.fewest_paths);
  const int threads = std::max(1, thread_count(request.threads) / static_cast<int>(workers.size()));
  std::atomic<std::size_t> next{0};
  std::atomic<std::int64_t> block_steps{0};
  const auto count = static_cast<std::int64_t>(workers.size());
  parallel_for(count, static_cast<int>(count), [&](std::int64_t w) {
    for (std::size_t chunk; (chunk = next.fetch_add(1)) < chunks.count();)
      block_steps += run_chunk(request, chunks.schedules(chunk), block, constants, threads,
                               *workers[static_cast<std::size_t>(w)], result);
  });

  Performance& performance = result.performance;
  performance.engine_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  performance.block_steps = block_steps;
  performance.path_steps = performance.block_steps * request.model->states();
  performance.backend = processor.backend == Backend::cuda ? "cuda" : "cpu";
  performance.device = processor.name;
  performance.math = processor.math;
  return result;
}

}  // namespace losscast
