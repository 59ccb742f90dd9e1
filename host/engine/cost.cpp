#include "losscast/engine/cost.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>

#include "engine/block_length.hpp"
#include "engine/check_request.hpp"
#include "engine/chunk.hpp"
#include "engine/lever_plan.hpp"
#include "engine/memory.hpp"
#include "engine/worker.hpp"
#include "losscast/base/parallel.hpp"

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
  Probe(const EnsembleRequest& request, const Processor& processor, Step block, int schedules, std::int64_t paths)
      : request_(request) {
    auto middle = request.schedules.begin() + static_cast<std::ptrdiff_t>(request.schedules.size() / 2);
    request_.schedules.assign(static_cast<std::size_t>(schedules), *middle);
    for (std::size_t i = 0; i < request_.schedules.size(); ++i) numbers_.push_back(i);
    request_.record_steps.clear();
    request_.paths = paths;
    request_.threads = 1;
    grid_ = make_grid(request_, block, middle->total_steps());
    constants_ = make_constants(request_);
    worker_ = std::move(make_workers(request_, processor).front());
    rows_ = worker_->tables(request_.schedules.size() * grid_.block_begin.size() * row_bytes(request_));
    fill();
  }

  double blocks() const { return static_cast<double>(grid_.block_begin.size()); }
  double steps() const {
    return static_cast<double>(request_.schedules.front().total_steps()) *
           static_cast<double>(request_.schedules.size());
  }

  double table_seconds() {
    return shortest_of(kRuns, [&] { fill(); });
  }

  double path_seconds() {
    EnsembleArguments arguments = arguments_of(request_, grid_, constants_);
    arguments.coefficients = rows_;
    arguments.last_block = last_block_.data();
    arguments.schedules = static_cast<int>(numbers_.size());
    arguments.values = worker_->values(numbers_.size() * static_cast<std::size_t>(request_.paths));
    worker_->run(arguments);  // warms up
    return shortest_of(kRuns, [&] { worker_->run(arguments); });
  }

 private:
  void fill() { last_block_ = fill_tables(request_, grid_, numbers_, 1, rows_); }

  EnsembleRequest request_;
  std::vector<std::size_t> numbers_;
  Grid grid_;
  std::vector<float> constants_;
  std::unique_ptr<EnsembleWorker> worker_;
  std::byte* rows_ = nullptr;
  std::vector<int> last_block_;
};

// A GPU sorts the values that it has simulated: the host then passes over them in order, and takes a few of the sorted.
double seconds_per_value(const EnsembleRequest& request, Backend backend) {
  constexpr std::size_t kMost = 4096;
  std::vector<float> values(std::min<std::size_t>(kMost, static_cast<std::size_t>(request.paths)));
  const auto scatter = [&] {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>((i * 2654435761U) % 65536) * 1e-5f;
  };
  const double filling = shortest_of(kRuns, scatter);
  const double both = shortest_of(kRuns, [&] {
    scatter();
    const auto draws = static_cast<std::int64_t>(request.draws.size());
    if (backend == Backend::cuda) {
      summarise_paths(values);
    } else {
      summarise(values, draws);
    }
  });
  return std::max(0.0, both - filling) / static_cast<double>(values.size());
}

// How many schedules of the request there are of each length.
std::map<Step, std::int64_t> lengths(const EnsembleRequest& request) {
  std::map<Step, std::int64_t> counts;
  for (const Schedule& schedule : request.schedules) ++counts[schedule.total_steps()];
  return counts;
}

std::int64_t blocks_of(const EnsembleRequest& request, Step block, Step length) {
  return static_cast<std::int64_t>(block_edges(block, length, request.record_steps).size()) - 1;
}

}  // namespace

EngineRates measure_rates(const EnsembleRequest& request, Step block) {
  const Processor processor = choose_processor(request);
  const bool gpu = processor.backend == Backend::cuda;
  EngineRates rates;
  rates.threads = thread_count(request.threads);
  rates.processors = gpu ? static_cast<int>(processor.workers / kWorkersPerGpu) : rates.threads;
  rates.schedules_of_tile = gpu ? kMostCudaSchedules : kMostCpuSchedules;

  const std::int64_t paths = std::max<std::int64_t>(2 * kCpuTilePaths, processor.fewest_paths);
  Probe one(request, processor, block, 1, paths);
  Probe many(request, processor, block, rates.schedules_of_tile, paths);
  rates.table_step = many.table_seconds() / many.steps();
  // alone = move + draw, together = schedules x move + draw.
  const double unit = static_cast<double>(paths) * one.blocks();
  const double alone = one.path_seconds() / unit, together = many.path_seconds() / unit;
  rates.move = std::max(0.0, together - alone) / (rates.schedules_of_tile - 1);
  rates.draw = std::max(0.0, alone - rates.move);
  rates.value = seconds_per_value(request, processor.backend);
  return rates;
}

EnsembleWork count_work(const EnsembleRequest& request, Step block) {
  EnsembleWork work;
  work.block = block;
  for (const auto& [length, count] : lengths(request))
    work.block_steps += count * blocks_of(request, block, length) * request.paths;
  if (const auto twin_block = plan_levers(request, block).twin_block)
    for (const auto& [length, count] : lengths(request))
      work.block_steps +=
          count * blocks_of(request, *twin_block, length) * static_cast<std::int64_t>(request.draws.size());
  work.path_steps = work.block_steps * request.model->states();
  const MemoryNeed need = memory_need(request, choose_processor(request), block);
  work.host_bytes = need.host;
  work.device_bytes = need.device;
  return work;
}

EngineCost estimate_cost(const EnsembleRequest& request, Step block, const EngineRates& rates) {
  EngineCost cost;
  cost.work = count_work(request, block);
  double steps = 0;
  for (const auto& [length, count] : lengths(request)) steps += static_cast<double>(count * length);

  const auto schedules = static_cast<int>(std::min<std::size_t>(request.schedules.size(), 1 << 20));
  const double shared = std::min(schedules, rates.schedules_of_tile);
  const auto records = static_cast<double>(std::max<std::size_t>(1, request.record_steps.size()));
  const double values = static_cast<double>(request.schedules.size()) * records * static_cast<double>(request.paths);
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

EngineCost estimate_cost(const EnsembleRequest& request) {
  check_request(request);
  Step block = 1;
  const double start = seconds_of([&] { block = choose_block(request).block; });
  EngineCost cost = estimate_cost(request, block, measure_rates(request, block));
  cost.start_seconds = start;
  cost.seconds += start;
  return cost;
}

}  // namespace losscast
