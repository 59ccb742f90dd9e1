#include "engine/simulate.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>

#include "engine/chunk.hpp"
#include "engine/controlled_mean.hpp"
#include "engine/lever_plan.hpp"
#include "engine/twins.hpp"
#include "losscast/base/parallel.hpp"

namespace losscast {
namespace {

// Path-steps of plain simulation for the same error over those spent; `overhead`: of the twins, beside those of paths.
double reduction_by_levers(std::span<const float> values, const LeversUsed& levers, std::int64_t draws, double error,
                           double overhead) {
  const double plain = plain_variance_of_mean(values, pairing_of(levers), draws);
  return error > 0 ? plain / (error * error) / (1 + overhead) : 1;
}

// One chunk of a request, simulated.
struct ChunkValues {
  std::span<const float> paths;  // [schedules][records][paths]
  std::span<const float> twins;  // [schedules][records][draws], or nothing
  double twin_steps = 0;         // block-steps of a schedule's twins, as a share of those of its paths
};

// What a request keeps of one schedule of a chunk, from its values in the order of the paths.
void reduce_in_order(const EnsembleRequest& request, const LeversUsed& levers, std::size_t schedule, std::size_t place,
                     std::size_t records, const ChunkValues& chunk, const DrawParameters& parameters,
                     EnsembleResult& result) {
  const auto paths = static_cast<std::size_t>(request.paths), draws = request.draws.size();
  const std::span<const float> values = chunk.paths.subspan(place * records * paths, records * paths);
  if (request.keep == EnsembleRequest::Keep::values) result.values[schedule].assign(values.begin(), values.end());
  result.record_steps[schedule] = request.record_steps.empty()
                                      ? std::vector<Step>{request.schedules[schedule].total_steps()}
                                      : request.record_steps;
  for (std::size_t r = 0; r < records; ++r) {
    const std::span<const float> now = values.subspan(r * paths, paths);
    const std::span<const float> twins =
        chunk.twins.empty() ? chunk.twins : chunk.twins.subspan((place * records + r) * draws, draws);
    MeanSample sample = controlled_sample(now, request.first_path, pairing_of(levers), static_cast<std::int64_t>(draws),
                                          twins, parameters);
    const MeanEstimate estimate = estimate_mean(sample);
    const double reduction =
        reduction_by_levers(now, levers, static_cast<std::int64_t>(draws), estimate.simulation_error, chunk.twin_steps);
    Statistics statistics = summarise_paths(now);
    if (statistics.status == Status::ok) statistics.mean = estimate.mean;
    statistics.standard_error = estimate.simulation_error;
    statistics.posterior_error = estimate.posterior_error;
    statistics.reduction = reduction;
    result.statistics[schedule].push_back(statistics);
    if (request.keep == EnsembleRequest::Keep::samples && r + 1 == records)
      result.samples[schedule] = std::move(sample);
  }
}

// The rest, once each record's values ascend.
void reduce_sorted(const EnsembleRequest& request, std::span<const float> values, std::vector<Statistics>& statistics) {
  const auto paths = static_cast<std::size_t>(request.paths);
  for (std::size_t r = 0; r < statistics.size(); ++r)
    add_order_statistics(values.subspan(r * paths, paths), statistics[r]);
}

// Simulates one chunk and reduces it. Returns the block-steps it took.
std::int64_t run_chunk(const EnsembleRequest& request, const LeversUsed& levers, std::span<const std::size_t> schedules,
                       Step block, const std::vector<float>& constants, const DrawParameters& parameters, int threads,
                       EnsembleWorker& worker, EnsembleResult& result) {
  Twins twins;
  if (levers.twin_block) twins = simulate_twins(request, schedules, *levers.twin_block, constants, threads, worker);
  const Grid grid = make_grid(request, block, request.schedules[schedules.back()].total_steps());
  std::byte* rows = worker.tables(schedules.size() * grid.block_begin.size() * row_bytes(request));
  const std::vector<int> last_block = fill_tables(request, grid, schedules, threads, rows);
  const std::size_t records = grid.record_after.size();
  const std::size_t count = schedules.size() * records * static_cast<std::size_t>(request.paths);

  EnsembleArguments arguments = arguments_of(request, grid, constants);
  arguments.pairing = pairing_of(levers);
  arguments.coefficients = rows;
  arguments.last_block = last_block.data();
  arguments.schedules = static_cast<int>(schedules.size());
  arguments.values = worker.values(count);
  worker.run(arguments);

  std::int64_t block_steps = 0;
  for (const int blocks : last_block) block_steps += request.paths * blocks;
  const ChunkValues values{{arguments.values, count},
                           twins.values,
                           static_cast<double>(twins.block_steps) / static_cast<double>(block_steps)};
  const auto for_each_place = [&](const auto& reduce) {
    parallel_for(static_cast<std::int64_t>(schedules.size()), threads,
                 [&](std::int64_t place) { reduce(static_cast<std::size_t>(place)); });
  };
  for_each_place([&](std::size_t place) {
    reduce_in_order(request, levers, schedules[place], place, records, values, parameters, result);
  });
  worker.sort(schedules.size() * records, static_cast<std::size_t>(request.paths), kLargestLoss);
  const std::size_t per_schedule = count / schedules.size();
  for_each_place([&](std::size_t place) {
    reduce_sorted(request, values.paths.subspan(place * per_schedule, per_schedule),
                  result.statistics[schedules[place]]);
  });
  return block_steps + twins.block_steps;
}

}  // namespace

EnsembleResult simulate(const EnsembleRequest& request, const Processor& processor, Step block,
                        const std::vector<std::unique_ptr<EnsembleWorker>>& workers) {
  EnsembleResult result;
  result.statistics.resize(request.schedules.size());
  result.record_steps.resize(request.schedules.size());
  if (request.keep == EnsembleRequest::Keep::values) result.values.resize(request.schedules.size());
  if (request.keep == EnsembleRequest::Keep::samples) result.samples.resize(request.schedules.size());
  result.levers = plan_levers(request, block);

  const auto began = std::chrono::steady_clock::now();
  const std::vector<float> constants = make_constants(request);
  const DrawParameters parameters = result.levers.twin_block ? DrawParameters(request.draws) : DrawParameters();
  const Chunks chunks(request, block, processor.workers, processor.fewest_paths);
  const int threads = std::max(1, thread_count(request.threads) / static_cast<int>(workers.size()));
  std::atomic<std::size_t> next{0};
  std::atomic<std::int64_t> block_steps{0};
  const auto count = static_cast<std::int64_t>(workers.size());
  parallel_for(count, static_cast<int>(count), [&](std::int64_t w) {
    for (std::size_t chunk; (chunk = next.fetch_add(1)) < chunks.count();)
      block_steps += run_chunk(request, result.levers, chunks.schedules(chunk), block, constants, parameters, threads,
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
