#include "losscast/engine/cost.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "engine/block_length.hpp"
#include "engine/check_request.hpp"
#include "engine/chunk.hpp"
#include "engine/memory.hpp"
#include "engine/tables.hpp"
#include "engine/work.hpp"
#include "engine/worker.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/base/spread.hpp"
#include "losscast/engine/summarise.hpp"

namespace losscast {
namespace {

template <class Work>
double seconds_of(const Work& work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

// The shortest of a few runs: what else the machine does makes them only longer.
template <class Work>
double shortest_of(int runs, const Work& work) {
  double shortest = seconds_of(work);
  for (int i = 1; i < runs; ++i) shortest = std::min(shortest, seconds_of(work));
  return shortest;
}

constexpr int kRuns = 3;

// A piece of a request, to be timed: a schedule of middle length, some times over, on one worker and one thread.
class Probe {
 public:
  Probe(const LossSde& sde, const EnsembleRequest& request, const Processor& processor, Step block, int schedules)
      : sde_(sde),
        recipes_(static_cast<std::size_t>(schedules), request.recipes[request.recipes.size() / 2]),
        numbers_(by_length(recipes_)),
        grid_(make_grid(block, recipes_.front().total_steps(), {})),
        range_{std::max<std::int64_t>(2 * kCpuTilePaths, processor.fewest_paths), request.first_path, request.seed},
        constants_(
            make_constants(sde, static_cast<std::size_t>(range_.first_path) + static_cast<std::size_t>(range_.paths))) {
    Processor single = processor;
    single.threads = 1;
    worker_ = std::move(make_workers(sde, request.scheme, single).front());
    fill();
  }

  double unit() const { return static_cast<double>(range_.paths) * static_cast<double>(grid_.block_begin.size()); }
  double steps() const {
    return static_cast<double>(recipes_.front().total_steps()) * static_cast<double>(recipes_.size());
  }

  double table_seconds() {
    return shortest_of(kRuns, [&] { fill(); });
  }

  double path_seconds() {
    const auto simulate = [&] { simulate_paths(sde_, tables_, constants_, range_, *worker_); };
    simulate();  // warms up
    return shortest_of(kRuns, simulate);
  }

 private:
  void fill() { tables_ = fill_tables(sde_, grid_, {recipes_, numbers_}, 1, *worker_); }

  const LossSde& sde_;
  std::vector<Recipe> recipes_;
  std::vector<std::size_t> numbers_;
  Grid grid_;
  PathRange range_;
  DrawConstants constants_;
  std::unique_ptr<EnsembleWorker> worker_;
  Tables tables_;
};

// A GPU sorts the values that it has simulated: the host then passes over them in order, and takes a few of the sorted.
double seconds_per_value(std::int64_t paths, std::size_t draws, Backend backend) {
  constexpr std::size_t kMost = 4096;
  std::vector<float> values(std::min<std::size_t>(kMost, static_cast<std::size_t>(paths)));
  const auto scatter = [&] {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>((i * 2654435761U) % 65536) * 1e-5f;
  };
  const double filling = shortest_of(kRuns, scatter);
  const double both = shortest_of(kRuns, [&] {
    scatter();
    if (backend == Backend::cuda) {
      summarise_paths(values);
    } else {
      summarise(values, static_cast<std::int64_t>(draws));
    }
  });
  return std::max(0.0, both - filling) / static_cast<double>(values.size());
}

}  // namespace

EngineRates measure_rates(const LossSde& sde, const EnsembleRequest& request, const Execution& execution, Step block) {
  const Processor processor = choose_processor(execution);
  const bool gpu = processor.backend == Backend::cuda;
  EngineRates rates;
  rates.threads = thread_count(execution.threads);
  rates.processors = gpu ? static_cast<int>(processor.workers / kWorkersPerGpu) : rates.threads;
  rates.schedules_of_tile = gpu ? kMostCudaSchedules : kMostCpuSchedules;

  Probe one(sde, request, processor, block, 1);
  Probe many(sde, request, processor, block, rates.schedules_of_tile);
  rates.table_step = many.table_seconds() / many.steps();
  // alone = move + draw, together = schedules x move + draw.
  const double alone = one.path_seconds() / one.unit(), together = many.path_seconds() / one.unit();
  rates.move = std::max(0.0, together - alone) / (rates.schedules_of_tile - 1);
  rates.draw = std::max(0.0, alone - rates.move);
  rates.value = seconds_per_value(request.paths, sde.draws.size(), processor.backend);
  if (gpu && !processor.runs_on_gpus()) return measure_rates(sde, request, execution, block);  // of the CPU
  return rates;
}

EnsembleWork count_work(const LossSde& sde, const EnsembleRequest& request, const Execution& execution, Step block) {
  EnsembleWork work;
  work.block = block;
  work.block_steps = path_block_steps(request, block) + twin_block_steps(sde, request, request.levers, block);
  work.path_steps = work.block_steps * sde.model->states();
  const Processor processor = choose_processor(execution);
  const MemoryNeed need = memory_need({sde, request, processor, block, request.levers});
  work.host_bytes = need.host;
  work.device_bytes = need.device;
  return work;
}

EngineCost estimate_cost(const LossSde& sde, const EnsembleRequest& request, const Execution& execution, Step block,
                         const EngineRates& rates) {
  EngineCost cost;
  cost.work = count_work(sde, request, execution, block);
  double steps = 0;
  for (const Recipe& recipe : request.recipes) steps += static_cast<double>(recipe.total_steps());

  const auto schedules = static_cast<int>(std::min<std::size_t>(request.recipes.size(), 1 << 20));
  const double shared = std::min(schedules, rates.schedules_of_tile);
  const auto records = static_cast<double>(std::max<std::size_t>(1, request.record_steps.size()));
  const double values = static_cast<double>(request.recipes.size()) * records * static_cast<double>(request.paths);
  // A CPU gives a tile of paths to a thread: fewer tiles than threads leave some idle.
  const double tiles = std::ceil(static_cast<double>(request.paths) / kCpuTilePaths) * schedules / shared;
  const bool on_cpu = cost.work.device_bytes == 0;
  const double busy = on_cpu ? std::min<double>(rates.processors, tiles) : rates.processors;
  cost.table_seconds = steps * rates.table_step / std::min(rates.threads, schedules);
  cost.path_seconds = static_cast<double>(cost.work.block_steps) * (rates.move + rates.draw / shared) / busy;
  cost.reduction_seconds = values * rates.value / std::min(rates.threads, schedules);
  const double on_host = cost.table_seconds + cost.reduction_seconds;
  cost.seconds = on_cpu ? on_host + cost.path_seconds : std::max(on_host, cost.path_seconds);
  return cost;
}

EngineCost estimate_cost(const LossSde& sde, const EnsembleRequest& request, const Execution& execution) {
  check_request(sde, request);
  Step block = 1;
  const double start = seconds_of([&] { block = choose_block(sde, request, execution.threads).block; });
  EngineCost cost = estimate_cost(sde, request, execution, block, measure_rates(sde, request, execution, block));
  cost.start_seconds = start;
  cost.seconds += start;
  return cost;
}

double seconds_ahead(const LossSde& sde, const EnsembleRequest& request, const Execution& execution,
                     const EnsembleWork& work) {
  constexpr std::int64_t kFew = 2'000'000'000;  // path-steps: some seconds of a thread
  if (work.path_steps < kFew) return 0;
  return estimate_cost(sde, request, execution, work.block, measure_rates(sde, request, execution, work.block)).seconds;
}

// A constant run is timed in place of those that the block's length is chosen for.
double seconds_to_begin(const LossSde& sde, const PathRequest& request, const Execution& execution) {
  constexpr Step kTimed = 20'000, kFew = 2'000'000;
  double steps = 0;
  for (const Recipe& recipe : spread(request.recipes, kCheckedSchedules))
    steps += static_cast<double>(recipe.total_steps());
  if (steps < kFew) return 0;
  PathRequest timed = request;
  const double peak = request.recipes.front().peak_lr();
  timed.recipes = {Schedule({{.end = kTimed, .span = kTimed, .from = peak}})};
  const double seconds = shortest_of(2, [&] { choose_block(sde, timed, execution.threads); });
  const auto schedules = static_cast<int>(std::min(request.recipes.size(), kCheckedSchedules));
  return seconds * steps / kTimed / std::min(thread_count(execution.threads), schedules);
}

}  // namespace losscast
