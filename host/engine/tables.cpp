#include "engine/tables.hpp"

#include <algorithm>
#include <numeric>

#include "engine/block_length.hpp"
#include "losscast/base/parallel.hpp"

namespace losscast {
namespace {

// The part of the grid that one schedule fills.
std::vector<Step> edges_until(const std::vector<Step>& edges, Step end) {
  std::vector<Step> out(edges.begin(), std::lower_bound(edges.begin(), edges.end(), end));
  out.push_back(end);
  return out;
}

BlockJumps jumps_of(const Spikes& spikes, std::span<const double> lrs) {
  const double keep = math::exp(-spikes.jump_decay);
  BlockJumps jumps;
  for (const double lr : lrs) {
    const double rate = jump_rate(spikes, lr);
    jumps.count += rate;
    jumps.left = keep * jumps.left + rate;
  }
  return jumps;
}

// The mean of (eta / ref)^(r - 1) over the clock time of a block's updates.
double mean_strain(const LossSde& sde, std::span<const double> lrs) {
  const double power = sde.model->effective_lr().lr_power, more = sde.spikes.barrier_exponent - 1;
  if (more == 0) return 1;
  double clock = 0, strained = 0;
  for (const double lr : lrs) {
    if (!(lr > 0)) continue;
    clock += math::pow(lr / sde.reference.lr, power);
    strained += math::pow(lr / sde.reference.lr, power + more);
  }
  return clock > 0 ? strained / clock : 1;
}

// One schedule's row; blocks past its end are empty.
template <class Row>
int fill_row(const LossSde& sde, const Grid& grid, const Recipe& recipe, Row* row) {
  const BlockTable table = make_block_table(recipe, sde.model->effective_lr(), sde.reference, sde.weight_decay,
                                            edges_until(grid.edges, recipe.total_steps()));
  std::fill_n(row, grid.block_begin.size(), Row{});
  std::vector<double> lrs;
  for (std::size_t b = 0; b < table.blocks.size(); ++b) {
    row[b].block = block_in<float>(table.blocks[b]);
    if constexpr (std::is_same_v<Row, SpikedBlockRow>) {
      lrs.resize(static_cast<std::size_t>(table.edges[b + 1] - table.edges[b]));
      recipe.schedule.fill(table.edges[b], lrs);
      row[b].spikes =
          spike_block(sde, jumps_of(sde.spikes, lrs), mean_strain(sde, lrs), static_cast<double>(lrs.size()));
    }
  }
  return static_cast<int>(table.blocks.size());
}

}  // namespace

Grid make_grid(Step block, Step longest, std::span<const Step> record_steps) {
  Grid grid;
  grid.edges = block_edges(block, longest, record_steps);
  for (std::size_t b = 0; b + 1 < grid.edges.size(); ++b)
    grid.block_begin.push_back(static_cast<std::uint32_t>(grid.edges[b]));
  for (const Step s : record_steps)
    grid.record_after.push_back(
        static_cast<int>(std::lower_bound(grid.edges.begin(), grid.edges.end(), s) - grid.edges.begin()));
  // Blocks after a run's end are empty and change nothing, so the last block serves all for "the end".
  if (record_steps.empty()) grid.record_after.push_back(static_cast<int>(grid.block_begin.size()));
  return grid;
}

SpikeBlock spike_block(const LossSde& sde, const BlockJumps& jumps, double strain, double length) {
  const double probability = -math::expm1(-jumps.count);
  const double mean = probability > 0 ? sde.spikes.mean_jump * jumps.left / probability : 0;
  return {static_cast<float>(probability), static_cast<float>(mean),
          static_cast<float>(math::exp(-sde.spikes.jump_decay * length)), static_cast<float>(1 / length),
          static_cast<float>(sde.reference.steps * strain)};
}

std::size_t row_bytes(const Spikes& spikes) { return spikes.any() ? sizeof(SpikedBlockRow) : sizeof(BlockRow); }

SpikeConstants spike_constants(const Spikes& spikes) {
  return {static_cast<float>(spikes.barrier_pull), static_cast<float>(spikes.barrier_noise),
          static_cast<float>(spikes.barrier_growth), static_cast<float>(spikes.barrier_limit)};
}

DrawConstants make_constants(const LossSde& sde, std::size_t count) {
  DrawConstants constants;
  constants.draws = static_cast<int>(std::min(count, sde.draws.size()));
  for (int d = 0; d < constants.draws; ++d) {
    const std::vector<float> one = sde.model->path_constants(sde.draws[static_cast<std::size_t>(d)]);
    constants.stride = static_cast<int>(one.size());
    constants.values.insert(constants.values.end(), one.begin(), one.end());
  }
  return constants;
}

std::vector<std::size_t> by_length(std::span<const Recipe> recipes) {
  std::vector<std::size_t> order(recipes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return recipes[a].total_steps() < recipes[b].total_steps(); });
  return order;
}

std::int64_t Tables::blocks() const { return std::accumulate(last_block.begin(), last_block.end(), std::int64_t{0}); }

Tables fill_tables(const LossSde& sde, Grid grid, const RecipeChoice& recipes, int threads, EnsembleWorker& worker) {
  Tables tables{std::move(grid), std::vector<int>(recipes.size())};
  const std::size_t width = tables.grid.block_begin.size();
  std::byte* rows = worker.tables(recipes.size() * width * row_bytes(sde.spikes));
  parallel_for(static_cast<std::int64_t>(recipes.size()), threads, [&](std::int64_t i) {
    const auto s = static_cast<std::size_t>(i);
    const auto fill = [&](auto* first) { return fill_row(sde, tables.grid, recipes[s], first + s * width); };
    tables.last_block[s] =
        sde.spikes.any() ? fill(reinterpret_cast<SpikedBlockRow*>(rows)) : fill(reinterpret_cast<BlockRow*>(rows));
  });
  tables.rows = rows;
  return tables;
}

std::vector<SpikedBlockRow> spiked_rows(const LossSde& sde, const Grid& grid, const Recipe& recipe) {
  std::vector<SpikedBlockRow> rows(grid.block_begin.size());
  fill_row(sde, grid, recipe, rows.data());
  return rows;
}

std::span<float> simulate_paths(const LossSde& sde, const Tables& tables, const DrawConstants& constants,
                                const PathRange& range, EnsembleWorker& worker, const Window& window) {
  const std::size_t count = tables.schedules() * window.count * static_cast<std::size_t>(range.paths);
  EnsembleArguments a;
  a.coefficients = tables.rows;
  a.block_begin = tables.grid.block_begin.data();
  a.last_block = tables.last_block.data();
  a.record_after = tables.grid.record_after.data() + window.first;
  a.halves = tables.halves.empty() ? nullptr : tables.halves.data();
  a.constants = constants.values.data();
  a.values = worker.values(count);
  a.schedules = static_cast<int>(tables.schedules());
  a.block_count = static_cast<int>(tables.grid.block_begin.size());
  a.records = static_cast<int>(window.count);
  a.first_block = window.first_block;
  a.states = window.states;
  a.draws = constants.draws;
  a.constants_stride = constants.stride;
  a.paths = range.paths;
  a.first_path = range.first_path;
  a.seed = range.seed;
  a.pairing = range.pairing;
  a.noise = sde.noise;
  a.spikes = spike_constants(sde.spikes);
  worker.run(a);
  return {a.values, count};
}

std::span<float> simulate_paths(const LossSde& sde, const Tables& tables, const DrawConstants& constants,
                                const PathRange& range, EnsembleWorker& worker) {
  return simulate_paths(sde, tables, constants, range, worker, {.count = tables.records()});
}

}  // namespace losscast
