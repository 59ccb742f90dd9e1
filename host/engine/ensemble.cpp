#include "losscast/engine/ensemble.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>

#include "block_length.hpp"
#include "check_request.hpp"
#include "chunk.hpp"
#include "floating_point_environment.hpp"
#include "losscast/engine/parallel.hpp"
#include "worker.hpp"

namespace losscast {
namespace {

// Tables and values of a chunk stay below this, for each worker.
constexpr std::size_t kChunkBytes = std::size_t{256} << 20;

// So many chunks for each worker, if they are still worth a launch: while one is simulated, the next is prepared.
constexpr std::size_t kChunksPerWorker = 4;

EnsembleArguments arguments_of(const EnsembleRequest& request, const Grid& grid, const std::vector<float>& constants) {
  EnsembleArguments a;
  a.block_begin = grid.block_begin.data();
  a.record_after = grid.record_after.data();
  a.constants = constants.data();
  a.block_count = static_cast<int>(grid.block_begin.size());
  a.records = static_cast<int>(grid.record_after.size());
  a.constants_stride = 4 + 2 * request.model->hills();
  a.draws = static_cast<int>(constants.size()) / a.constants_stride;
  a.paths = request.paths;
  a.first_path = request.first_path;
  a.seed = request.seed;
  a.noise = request.noise;
  const Spikes& s = request.spikes;
  a.spikes = {static_cast<float>(s.mean_jump),     static_cast<float>(s.barrier_pull),
              static_cast<float>(s.barrier_noise), static_cast<float>(s.barrier_growth),
              static_cast<float>(s.barrier_limit), static_cast<float>(1 / request.ref_lr)};
  return a;
}

// What a request keeps of one schedule, from its values, [records][paths]. Reorders them.
void reduce(const EnsembleRequest& request, std::size_t schedule, std::span<float> values, EnsembleResult& result) {
  if (request.keep == EnsembleRequest::Keep::values) result.values[schedule].assign(values.begin(), values.end());
  result.record_steps[schedule] = request.record_steps.empty()
                                      ? std::vector<Step>{request.schedules[schedule].total_steps()}
                                      : request.record_steps;
  const auto paths = static_cast<std::size_t>(request.paths);
  for (std::size_t first = 0; first < values.size(); first += paths)
    result.statistics[schedule].push_back(
        summarise(values.subspan(first, paths), static_cast<std::int64_t>(request.draws.size())));
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

  parallel_for(static_cast<std::int64_t>(schedules.size()), threads, [&](std::int64_t i) {
    const auto s = static_cast<std::size_t>(i);
    reduce(request, schedules[s], {values + s * per_schedule, per_schedule}, result);
  });
  std::int64_t block_steps = 0;
  for (const int blocks : last_block) block_steps += request.paths * blocks;
  return block_steps;
}

}  // namespace

EnsembleResult run(const EnsembleRequest& request) {
  check_request(request);
  const FloatingPointEnvironment environment;
  const Processor processor = choose_processor(request);
  EnsembleResult result;
  result.step_error = choose_block(request);
  const Step block = result.step_error.block;
  result.statistics.resize(request.schedules.size());
  result.record_steps.resize(request.schedules.size());
  if (request.keep == EnsembleRequest::Keep::values) result.values.resize(request.schedules.size());

  const auto began = std::chrono::steady_clock::now();
  const std::vector<float> constants = make_constants(request);
  const auto workers = make_workers(request, processor);
  const std::size_t at_least = workers.size() > 1 ? kChunksPerWorker * workers.size() : 1;
  const Chunks chunks(request, block, kChunkBytes, at_least, processor.fewest_paths);
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
