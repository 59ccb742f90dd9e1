#include "losscast/engine/ensemble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <numeric>

#include "block_length.hpp"
#include "ensemble.hpp"
#include "floating_point_environment.hpp"
#include "losscast/engine/parallel.hpp"
#include "losscast/error.hpp"

namespace losscast {
namespace {

// Schedules are taken in chunks whose tables and values stay below this.
constexpr std::size_t kChunkBytes = std::size_t{256} << 20;

void check(const EnsembleRequest& request) {
  if (request.schedules.empty()) throw InputError("there is no schedule to simulate (the request is empty) give one");
  if (request.paths < 1) throw InputError("there are no paths to simulate (paths must be 1 or more) raise --paths");
  if (request.draws.empty()) throw InputError("there is no parameter draw (a fit holds them) fit the model again");
  if (request.block && *request.block < 1)
    throw InputError(
        fmt::format("a block of {} steps makes no sense (it must be 1 or more) raise --block", *request.block));
  const std::vector<Step>& steps = request.record_steps;
  if (std::adjacent_find(steps.begin(), steps.end(), std::greater_equal<>()) != steps.end())
    throw InputError("the steps to record do not ascend (each is recorded once, in order) sort them, each once");
  for (const Schedule& schedule : request.schedules)
    for (const Step s : steps)
      if (s < 1 || s > schedule.total_steps())
        throw InputError(fmt::format("step {} cannot be recorded (the run has steps 1 to {}) choose one of those", s,
                                     schedule.total_steps()));
}

// A request's schedules by length, so that those of one tile end together.
std::vector<std::size_t> shortest_first(const std::vector<Schedule>& schedules) {
  std::vector<std::size_t> order(schedules.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return schedules[a].total_steps() < schedules[b].total_steps();
  });
  return order;
}

using Chunk = std::span<const std::size_t>;  // numbers of a request's schedules

// The common grid of a chunk of schedules, and where they are recorded.
struct Grid {
  std::vector<Step> edges;
  std::vector<std::uint32_t> block_begin;
  std::vector<int> record_after;
};

Grid make_grid(const EnsembleRequest& request, Step block, Step longest) {
  Grid grid;
  grid.edges = block_edges(block, longest, request.record_steps);
  for (std::size_t b = 0; b + 1 < grid.edges.size(); ++b)
    grid.block_begin.push_back(static_cast<std::uint32_t>(grid.edges[b]));
  for (const Step s : request.record_steps)
    grid.record_after.push_back(
        static_cast<int>(std::lower_bound(grid.edges.begin(), grid.edges.end(), s) - grid.edges.begin()));
  // Blocks after a run's end are empty and change nothing, so the last block serves all for "the end".
  if (request.record_steps.empty()) grid.record_after.push_back(static_cast<int>(grid.block_begin.size()));
  return grid;
}

// The part of the grid that one schedule fills.
std::vector<Step> edges_until(const std::vector<Step>& edges, Step end) {
  std::vector<Step> out(edges.begin(), std::lower_bound(edges.begin(), edges.end(), end));
  out.push_back(end);
  return out;
}

SpikeBlock spike_block(const Spikes& spikes, std::span<const double> lrs) {
  double rate = 0;
  for (const double lr : lrs)
    if (lr > 0) rate += spikes.jump_rate * math::pow(lr / spikes.critical_lr, spikes.jump_exponent);
  const auto length = static_cast<double>(lrs.size());
  return {static_cast<float>(-math::expm1(-rate)), static_cast<float>(math::exp(-spikes.jump_decay * length)),
          static_cast<float>(1 / length)};
}

// Class 1 tables of a chunk.
struct Tables {
  std::vector<Block<float>> blocks;
  std::vector<SpikeBlock> spike_blocks;
  std::vector<int> last_block;
};

Tables make_tables(const EnsembleRequest& request, const Grid& grid, Chunk chunk) {
  const std::size_t width = grid.block_begin.size();
  Tables tables;
  tables.last_block.resize(chunk.size());
  tables.blocks.assign(chunk.size() * width, Block<float>{0, 0, 0, 0, 1, 0, 0});
  if (request.spikes.any()) tables.spike_blocks.assign(chunk.size() * width, SpikeBlock{0, 1, 0});
  parallel_for(static_cast<std::int64_t>(chunk.size()), request.threads, [&](std::int64_t i) {
    const Schedule& schedule = request.schedules[chunk[static_cast<std::size_t>(i)]];
    const BlockTable table = make_block_table(schedule, request.model->effective_lr(), request.ref_lr,
                                              request.weight_decay, edges_until(grid.edges, schedule.total_steps()));
    tables.last_block[static_cast<std::size_t>(i)] = static_cast<int>(table.blocks.size());
    const std::size_t row = static_cast<std::size_t>(i) * width;
    std::vector<double> lrs;
    for (std::size_t b = 0; b < table.blocks.size(); ++b) {
      const Block<double>& block = table.blocks[b];
      tables.blocks[row + b] = {static_cast<float>(block.clock),
                                static_cast<float>(block.level),
                                static_cast<float>(block.level_change),
                                static_cast<float>(block.norm_gain),
                                static_cast<float>(block.norm_offset),
                                static_cast<float>(block.norm_gain_change),
                                static_cast<float>(block.norm_offset_change)};
      if (!request.spikes.any()) continue;
      lrs.resize(static_cast<std::size_t>(table.edges[b + 1] - table.edges[b]));
      schedule.fill(table.edges[b], lrs);
      tables.spike_blocks[row + b] = spike_block(request.spikes, lrs);
    }
  });
  return tables;
}

std::vector<float> make_constants(const EnsembleRequest& request) {
  std::vector<float> constants;
  // Paths use the first draws only, if there are fewer paths than draws.
  const auto reach = request.first_path + static_cast<std::uint64_t>(request.paths);
  const auto used = std::min<std::uint64_t>(request.draws.size(), reach);
  for (std::uint64_t d = 0; d < used; ++d) {
    const auto one = request.model->path_constants(request.draws[d]);
    constants.insert(constants.end(), one.begin(), one.end());
  }
  return constants;
}

EnsembleArguments arguments_of(const EnsembleRequest& request, const Grid& grid, const Tables& tables,
                               const std::vector<float>& constants, std::vector<float>& values) {
  EnsembleArguments a;
  a.blocks = tables.blocks.data();
  a.spike_blocks = tables.spike_blocks.empty() ? nullptr : tables.spike_blocks.data();
  a.block_begin = grid.block_begin.data();
  a.last_block = tables.last_block.data();
  a.record_after = grid.record_after.data();
  a.constants = constants.data();
  a.values = values.data();
  a.schedules = static_cast<int>(tables.last_block.size());
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

// Where the paths run.
struct Device {
  Backend backend;
  Isa isa = Isa::generic;
  std::string name;
};

Device choose_device(const EnsembleRequest& request) {
  if (request.backend != Backend::cpu) {
    const CudaDevice gpu = cuda_device();
    if (gpu.usable) return {Backend::cuda, Isa::generic, gpu.name};
    if (request.backend == Backend::cuda)
      throw DeviceError(fmt::format("no GPU can be used ({}) run with --backend cpu, or mend the driver", gpu.problem));
  }
  const Isa isa = choose_isa();
  return {Backend::cpu, isa, isa_name(isa)};
}

void simulate(const EnsembleRequest& request, const Device& device, const EnsembleArguments& arguments) {
  if (device.backend == Backend::cuda) return run_cuda_ensemble(request.model->name(), arguments, request.scheme);
  const CpuEnsemble kernel = cpu_ensemble(request.model->name(), device.isa);
  parallel_for(tile_count(kernel.shape, arguments), request.threads,
               [&](std::int64_t tile) { kernel.run_tile(arguments, request.scheme, tile); });
}

std::size_t chunk_size(const EnsembleRequest& request, const Grid& grid) {
  const std::size_t bytes = grid.block_begin.size() * sizeof(Block<float>) +
                            grid.record_after.size() * static_cast<std::size_t>(request.paths) * sizeof(float);
  return std::max<std::size_t>(1, kChunkBytes / bytes);
}

}  // namespace

EnsembleResult run(const EnsembleRequest& request) {
  check(request);
  const FloatingPointEnvironment environment;
  const Device device = choose_device(request);
  EnsembleResult result;
  result.step_error = choose_block(request);
  const std::vector<float> constants = make_constants(request);

  const std::size_t count = request.schedules.size();
  result.statistics.resize(count);
  result.record_steps.resize(count);
  if (request.keep == EnsembleRequest::Keep::values) result.values.resize(count);
  const std::vector<std::size_t> order = shortest_first(request.schedules);
  const auto longest = [&](Chunk chunk) { return request.schedules[chunk.back()].total_steps(); };
  const std::size_t size = chunk_size(request, make_grid(request, result.step_error.block, longest(order)));
  for (std::size_t first = 0; first < count; first += size) {
    const Chunk chunk = Chunk(order).subspan(first, std::min(size, count - first));
    const Grid grid = make_grid(request, result.step_error.block, longest(chunk));
    const auto began = std::chrono::steady_clock::now();
    const Tables tables = make_tables(request, grid, chunk);
    const std::size_t per_schedule = grid.record_after.size() * static_cast<std::size_t>(request.paths);
    std::vector<float> values(chunk.size() * per_schedule);
    simulate(request, device, arguments_of(request, grid, tables, constants, values));
    result.performance.engine_seconds +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();

    parallel_for(static_cast<std::int64_t>(chunk.size()), request.threads, [&](std::int64_t i) {
      const std::size_t s = chunk[static_cast<std::size_t>(i)];
      const std::span<float> all(&values[static_cast<std::size_t>(i) * per_schedule], per_schedule);
      if (request.keep == EnsembleRequest::Keep::values) result.values[s].assign(all.begin(), all.end());
      result.record_steps[s] =
          request.record_steps.empty() ? std::vector<Step>{request.schedules[s].total_steps()} : request.record_steps;
      const auto paths = static_cast<std::size_t>(request.paths);
      for (std::size_t r = 0; r < grid.record_after.size(); ++r)
        result.statistics[s].push_back(
            summarise(all.subspan(r * paths, paths), static_cast<std::int64_t>(request.draws.size())));
    });
    for (const int blocks : tables.last_block) result.performance.block_steps += request.paths * blocks;
  }
  result.performance.path_steps = result.performance.block_steps * request.model->states();
  result.performance.backend = device.backend == Backend::cuda ? "cuda" : "cpu";
  result.performance.device = device.name;
  return result;
}

}  // namespace losscast
