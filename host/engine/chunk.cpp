#include "engine/chunk.hpp"

#include <algorithm>
#include <numeric>

#include "engine/block_length.hpp"
#include "engine/lever_plan.hpp"
#include "kernels/ensemble.hpp"
#include "losscast/base/parallel.hpp"

namespace losscast {
namespace {

// Tables and values of a chunk stay below this, for each worker, unless one schedule alone takes more.
constexpr std::size_t kChunkBytes = std::size_t{256} << 20;

constexpr std::size_t kChunksPerWorker = 4;

// The part of the grid that one schedule fills.
std::vector<Step> edges_until(const std::vector<Step>& edges, Step end) {
  std::vector<Step> out(edges.begin(), std::lower_bound(edges.begin(), edges.end(), end));
  out.push_back(end);
  return out;
}

double jump_rate(const Spikes& spikes, std::span<const double> lrs) {
  double rate = 0;
  for (const double lr : lrs)
    if (lr > 0) rate += spikes.jump_rate * math::pow(lr / spikes.critical_lr, spikes.jump_exponent);
  return rate;
}

// One schedule's row; blocks past its end are empty.
template <class Row>
int fill_row(const EnsembleRequest& request, const Grid& grid, const Schedule& schedule, Row* row) {
  const BlockTable table = make_block_table(schedule, request.model->effective_lr(), request.ref_lr,
                                            request.weight_decay, edges_until(grid.edges, schedule.total_steps()));
  std::fill_n(row, grid.block_begin.size(), Row{});
  std::vector<double> lrs;
  for (std::size_t b = 0; b < table.blocks.size(); ++b) {
    row[b].block = block_in<float>(table.blocks[b]);
    if constexpr (std::is_same_v<Row, SpikedBlockRow>) {
      lrs.resize(static_cast<std::size_t>(table.edges[b + 1] - table.edges[b]));
      schedule.fill(table.edges[b], lrs);
      row[b].spikes = spike_block(request.spikes, jump_rate(request.spikes, lrs), static_cast<double>(lrs.size()));
    }
  }
  return static_cast<int>(table.blocks.size());
}

}  // namespace

Chunks::Chunks(const EnsembleRequest& request, Step block, std::size_t workers, std::int64_t fewest_paths)
    : order_(request.schedules.size()) {
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
    return request.schedules[a].total_steps() < request.schedules[b].total_steps();
  });
  const Grid longest = make_grid(request, block, request.schedules[order_.back()].total_steps());
  times_per_schedule_ = longest.record_after.size();
  // The memory of the paths' values first serves those of the noise-free twins, of which a copy is kept.
  const std::size_t twins = may_have_twins(request) ? request.draws.size() : 0;
  bytes_per_time_ = std::max(static_cast<std::size_t>(request.paths), twins) * sizeof(float);
  bytes_per_schedule_ =
      longest.block_begin.size() * row_bytes(request) + times_per_schedule_ * (bytes_per_time_ + twins * sizeof(float));
  const auto worthwhile = static_cast<std::size_t>((fewest_paths + request.paths - 1) / request.paths);
  const std::size_t wanted = workers > 1 ? kChunksPerWorker * workers : 1;
  const std::size_t shared = std::max((order_.size() + wanted - 1) / wanted, worthwhile);
  size_ = std::clamp<std::size_t>(kChunkBytes / bytes_per_schedule_, 1,
                                  std::min({shared, order_.size(), kMostSchedulesOfARun}));
}

SpikeBlock spike_block(const Spikes& spikes, double rate, double length) {
  return {static_cast<float>(-math::expm1(-rate)), static_cast<float>(math::exp(-spikes.jump_decay * length)),
          static_cast<float>(1 / length)};
}

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

std::size_t row_bytes(const EnsembleRequest& request) {
  return request.spikes.any() ? sizeof(SpikedBlockRow) : sizeof(BlockRow);
}

std::vector<int> fill_tables(const EnsembleRequest& request, const Grid& grid, std::span<const std::size_t> schedules,
                             int threads, void* rows) {
  std::vector<int> last_block(schedules.size());
  parallel_for(static_cast<std::int64_t>(schedules.size()), threads, [&](std::int64_t i) {
    const auto s = static_cast<std::size_t>(i);
    const Schedule& schedule = request.schedules[schedules[s]];
    const std::size_t first = s * grid.block_begin.size();
    last_block[s] = request.spikes.any() ? fill_row(request, grid, schedule, static_cast<SpikedBlockRow*>(rows) + first)
                                         : fill_row(request, grid, schedule, static_cast<BlockRow*>(rows) + first);
  });
  return last_block;
}

std::vector<float> make_constants(const EnsembleRequest& request) {
  std::vector<float> constants;
  // Paths use the first draws only, if there are fewer paths than draws, unless the mean over all draws is asked for.
  const auto reach = request.first_path + static_cast<std::uint64_t>(request.paths);
  const auto used =
      may_have_twins(request) ? request.draws.size() : std::min<std::uint64_t>(request.draws.size(), reach);
  for (std::uint64_t d = 0; d < used; ++d) {
    const auto one = request.model->path_constants(request.draws[d]);
    constants.insert(constants.end(), one.begin(), one.end());
  }
  return constants;
}

EnsembleArguments arguments_of(const EnsembleRequest& request, const Grid& grid, const std::vector<float>& constants) {
  EnsembleArguments a;
  a.block_begin = grid.block_begin.data();
  a.record_after = grid.record_after.data();
  a.constants = constants.data();
  a.block_count = static_cast<int>(grid.block_begin.size());
  a.records = static_cast<int>(grid.record_after.size());
  a.constants_stride = request.model->constants_size();
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

}  // namespace losscast
