#include "engine/simulate.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <optional>

#include "engine/added_jumps.hpp"
#include "engine/chunk.hpp"
#include "engine/controlled_mean.hpp"
#include "engine/lever_plan.hpp"
#include "engine/quantiles.hpp"
#include "engine/window_paths.hpp"
#include "losscast/base/parallel.hpp"

namespace losscast {
namespace {

// Path-steps of plain simulation for the same error over those spent. `more_variance`: of a path, by jumps that were
// not simulated; `overhead`: of the twins, beside the path-steps of paths.
double reduction_by_levers(std::span<const float> values, const LeversUsed& levers, std::int64_t draws, double error,
                           double more_variance, double overhead) {
  const double plain =
      plain_variance_of_mean(values, pairing_of(levers), draws) + more_variance / static_cast<double>(values.size());
  return error > 0 ? plain / (error * error) / (1 + overhead) : 1;
}

// Some records of one chunk of a request, simulated.
struct ChunkValues {
  std::span<const std::size_t> schedules;  // their numbers
  std::size_t first_record, records;
  std::span<const AddedJumps> jumps;  // of each schedule, with all records; empty where they are not added
  std::span<const float> paths;       // [schedules][records][paths]
  std::span<const float> twins;       // [schedules][records][draws], or nothing
  double twin_steps = 0;              // block-steps of a schedule's twins, as a share of those of its paths
};

// Simulates the chunks of a request, and reduces their values to its result.
class ChunkRunner {
 public:
  explicit ChunkRunner(const Simulation& simulation)
      : sde_(simulation.sde),
        simulated_(simulated_sde(simulation)),
        request_(simulation.request),
        block_(simulation.block),
        levers_(simulation.levers),
        constants_(make_constants(sde_, draws_in_use())) {
    const std::size_t schedules = request_.recipes.size();
    result_.levers = plan_levers(sde_, request_, levers_, block_);
    if (has_exact_jumps(sde_, request_, levers_)) result_.levers.exact_jumps = Lever::on;
    result_.statistics.resize(schedules);
    result_.record_steps.resize(schedules);
    if (request_.keep == EnsembleRequest::Keep::values) result_.values.resize(schedules);
    if (request_.keep == EnsembleRequest::Keep::samples) result_.samples.resize(schedules);
    if (result_.levers.twin_block) parameters_ = DrawParameters(sde_.draws);
  }

  // Chunks of different schedules may run at the same time, on workers of their own. Takes so many records in one go.
  // Returns the block-steps it took.
  std::int64_t run(std::span<const std::size_t> numbers, std::size_t records_at_once, int threads,
                   EnsembleWorker& worker) {
    const RecipeChoice recipes{request_.recipes, numbers};
    const auto grid = [&](Step block) { return make_grid(block, recipes.longest(), request_.record_steps); };
    std::optional<WindowPaths> twins;
    if (const std::optional<Step>& twin_block = result_.levers.twin_block) {
      const PathRange draws{.paths = constants_.draws};
      twins.emplace(simulated_, without_noise(simulated_), constants_, WindowRequest{grid(*twin_block), recipes, draws},
                    threads, worker);
    }
    const PathRange range{request_.paths, request_.first_path, request_.seed, pairing_of(result_.levers)};
    const Grid grid_of_paths = grid(block_);
    WindowPaths paths(simulated_, simulated_, constants_, {grid_of_paths, recipes, range}, threads, worker);
    const std::vector<AddedJumps> jumps = jumps_of(numbers, grid_of_paths, threads);
    std::vector<float> of_twins;
    for (std::size_t first = 0; first < records(); first += records_at_once) {
      const std::size_t count = std::min(records_at_once, records() - first);
      if (twins) {
        const std::span<const float> values = twins->next(count);
        of_twins.assign(values.begin(), values.end());
      }
      ChunkValues chunk{numbers, first, count, jumps, paths.next(count), of_twins};
      if (twins)
        chunk.twin_steps =
            static_cast<double>(twins->whole_block_steps()) / static_cast<double>(paths.whole_block_steps());
      reduce(chunk, threads, worker);
    }
    return paths.block_steps() + (twins ? twins->block_steps() : 0);
  }

  EnsembleResult result() && { return std::move(result_); }

 private:
  // Paths use the first draws only, if there are fewer paths than draws, unless the mean over all draws is asked for.
  std::size_t draws_in_use() const {
    const std::uint64_t reach = request_.first_path + static_cast<std::uint64_t>(request_.paths);
    return may_have_twins(sde_, levers_, request_.scheme) ? sde_.draws.size()
                                                          : std::min<std::uint64_t>(sde_.draws.size(), reach);
  }

  std::size_t records() const { return std::max<std::size_t>(1, request_.record_steps.size()); }

  void reduce(const ChunkValues& chunk, int threads, EnsembleWorker& worker) {
    const auto for_each_place = [&](const auto& reduce_one) {
      parallel_for(static_cast<std::int64_t>(chunk.schedules.size()), threads,
                   [&](std::int64_t place) { reduce_one(static_cast<std::size_t>(place)); });
    };
    for_each_place([&](std::size_t place) { reduce_in_order(chunk, place); });
    const std::vector<float> in_order(chunk.paths.begin(), chunk.paths.end());
    worker.sort(chunk.schedules.size() * chunk.records, static_cast<std::size_t>(request_.paths), kLargestLoss);
    for_each_place([&](std::size_t place) { reduce_sorted(chunk, in_order, place); });
  }

  // Returns the values of one schedule of a chunk, in the order of the paths.
  std::span<const float> values_of(const ChunkValues& chunk, std::size_t place) const {
    const std::size_t count = chunk.records * static_cast<std::size_t>(request_.paths);
    return chunk.paths.subspan(place * count, count);
  }

  // What the request keeps of one schedule of a chunk, from its values in the order of the paths.
  void reduce_in_order(const ChunkValues& chunk, std::size_t place) {
    const auto paths = static_cast<std::size_t>(request_.paths), draws = sde_.draws.size();
    const std::size_t schedule = chunk.schedules[place];
    const std::span<const float> values = values_of(chunk, place);
    if (request_.keep == EnsembleRequest::Keep::values) {
      std::vector<float>& kept = result_.values[schedule];
      kept.reserve(records() * paths);
      kept.insert(kept.end(), values.begin(), values.end());
    }
    result_.record_steps[schedule] = request_.record_steps.empty()
                                         ? std::vector<Step>{request_.recipes[schedule].total_steps()}
                                         : request_.record_steps;
    for (std::size_t r = 0; r < chunk.records; ++r) {
      const std::vector<JumpBlock> added = added_until(chunk, place, r);
      const std::span<const float> now = values.subspan(r * paths, paths);
      const std::span<const float> twins =
          chunk.twins.empty() ? chunk.twins : chunk.twins.subspan((place * chunk.records + r) * draws, draws);
      MeanSample sample = controlled_sample(now, request_.first_path, pairing_of(result_.levers),
                                            static_cast<std::int64_t>(draws), twins, parameters_);
      sample.centre += expectation(added);
      result_.statistics[schedule].push_back(statistics_of(now, sample, added, chunk.twin_steps));
      if (request_.keep == EnsembleRequest::Keep::samples && chunk.first_record + r + 1 == records())
        result_.samples[schedule] = std::move(sample);
    }
  }

  // The jumps of each schedule, where they are added to its losses.
  std::vector<AddedJumps> jumps_of(std::span<const std::size_t> schedules, const Grid& grid, int threads) const {
    if (result_.levers.exact_jumps != Lever::on) return {};
    std::vector<AddedJumps> all(schedules.size());
    parallel_for(static_cast<std::int64_t>(schedules.size()), threads, [&](std::int64_t i) {
      const auto place = static_cast<std::size_t>(i);
      all[place] = AddedJumps(sde_, grid, request_.recipes[schedules[place]]);
    });
    return all;
  }

  // The jumps' blocks that a record of a schedule of the chunk holds.
  static std::vector<JumpBlock> added_until(const ChunkValues& chunk, std::size_t place, std::size_t record) {
    if (chunk.jumps.empty()) return {};
    return chunk.jumps[place].until(chunk.first_record + record);
  }

  // The mean of some losses and their spread, with jumps added.
  Statistics statistics_of(std::span<const float> values, const MeanSample& sample, const std::vector<JumpBlock>& added,
                           double twin_steps) const {
    const MeanEstimate estimate = estimate_mean(sample);
    const double variance_of_jumps = variance(added);
    Statistics statistics = summarise_paths(values);
    statistics.mean = statistics.status == Status::ok ? estimate.mean : statistics.mean + expectation(added);
    if (!added.empty())
      statistics.standard_deviation =
          std::sqrt(statistics.standard_deviation * statistics.standard_deviation + variance_of_jumps);
    statistics.standard_error = estimate.simulation_error;
    statistics.posterior_error = estimate.posterior_error;
    statistics.reduction = reduction_by_levers(values, result_.levers, static_cast<std::int64_t>(sde_.draws.size()),
                                               estimate.simulation_error, variance_of_jumps, twin_steps);
    return statistics;
  }

  // The rest of one schedule of a chunk, once the values of each of its records ascend.
  void reduce_sorted(const ChunkValues& chunk, std::span<const float> in_order, std::size_t place) {
    const auto paths = static_cast<std::size_t>(request_.paths);
    std::vector<Statistics>& statistics = result_.statistics[chunk.schedules[place]];
    for (std::size_t r = 0; r < chunk.records; ++r) {
      const std::size_t first = (place * chunk.records + r) * paths;
      const PathLosses losses{in_order.subspan(first, paths), request_.first_path, pairing_of(result_.levers),
                              static_cast<std::int64_t>(sde_.draws.size())};
      std::optional<JumpSum> sum;
      if (!chunk.jumps.empty()) sum.emplace(added_until(chunk, place, r));
      add_quantiles(losses, chunk.paths.subspan(first, paths), sum ? &*sum : nullptr,
                    statistics[chunk.first_record + r]);
    }
  }

  const LossSde& sde_;
  LossSde simulated_;  // without jumps where they are added
  const EnsembleRequest& request_;
  Step block_;
  Levers levers_;
  DrawConstants constants_;
  DrawParameters parameters_;
  EnsembleResult result_;
};

}  // namespace

LossSde simulated_sde(const Simulation& simulation) {
  LossSde sde = simulation.sde;
  if (has_exact_jumps(sde, simulation.request, simulation.levers)) sde.spikes.jump_rate = 0;
  return sde;
}

EnsembleResult simulate(const Simulation& simulation, const Workers& workers) {
  const auto began = std::chrono::steady_clock::now();
  ChunkRunner runner(simulation);
  const Chunks chunks(simulation);
  const int threads = std::max(1, thread_count(simulation.processor.threads) / static_cast<int>(workers.size()));
  std::atomic<std::size_t> next{0};
  std::atomic<std::int64_t> block_steps{0};
  const auto count = static_cast<std::int64_t>(workers.size());
  parallel_for(count, static_cast<int>(count), [&](std::int64_t w) {
    for (std::size_t chunk; (chunk = next.fetch_add(1)) < chunks.count();)
      block_steps +=
          runner.run(chunks.schedules(chunk), chunks.records_at_once(), threads, *workers[static_cast<std::size_t>(w)]);
  });

  EnsembleResult result = std::move(runner).result();
  Performance& performance = result.performance;
  performance = performance_on(simulation.processor);
  performance.engine_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  performance.block_steps = block_steps;
  performance.path_steps = performance.block_steps * simulation.sde.model->states();
  return result;
}

}  // namespace losscast
