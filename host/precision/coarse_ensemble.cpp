#include "losscast/precision/coarse_ensemble.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>

#include "engine/tables.hpp"
#include "engine/worker.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/math/elementary.hpp"
#include "losscast/model/check_recipe.hpp"
#include "losscast/model/coarse_table.hpp"

namespace losscast {
namespace {

template <class Row>
void fill(const BlockTable& table, Row* rows, std::size_t count) {
  for (std::size_t b = 0; b < count; ++b) {
    rows[b] = {};
    if (b < table.blocks.size()) rows[b].block = block_in<float>(table.blocks[b]);
  }
}

// There is no barrier. Within a block jumps come evenly.
void fill_spiked(const LossSde& sde, const Recipe& recipe, const BlockTable& table, int blocks_per_segment,
                 SpikedBlockRow* rows, std::size_t count) {
  fill(table, rows, count);
  const Spikes& spikes = sde.spikes;
  const std::vector<double> rates =
      coarse_power_sums(recipe, spikes.critical_lr, spikes.jump_exponent, blocks_per_segment);
  const double fades = -math::expm1(-spikes.jump_decay);  // in an update
  for (std::size_t b = 0; b < table.blocks.size(); ++b) {
    const auto length = static_cast<double>(table.edges[b + 1] - table.edges[b]);
    const double jumps = spikes.jump_rate * rates[b];
    const double left = fades > 0 ? -math::expm1(-spikes.jump_decay * length) / (fades * length) : 1;
    rows[b].spikes = spike_block(sde, {jumps, jumps * left}, 1, length);
  }
}

// Tables of which each schedule has blocks of its own, numbered as if they were steps.
Tables fill_coarse_tables(const LossSde& sde, std::span<const Recipe> recipes, int blocks_per_segment, int threads,
                          EnsembleWorker& worker) {
  const auto count = static_cast<std::int64_t>(recipes.size());
  std::vector<BlockTable> of_recipes(recipes.size());
  parallel_for(count, threads, [&](std::int64_t s) {
    const auto at = static_cast<std::size_t>(s);
    check_recipe(*sde.model, sde.reference, recipes[at]);
    check_weight_decay(*sde.model, recipes[at], sde.weight_decay);
    check_jump_rate(sde.spikes, recipes[at]);
    of_recipes[at] =
        make_coarse_table(recipes[at], sde.model->effective_lr(), sde.reference, sde.weight_decay, blocks_per_segment);
  });
  Tables tables;
  std::size_t width = 0;
  for (const BlockTable& table : of_recipes) {
    width = std::max(width, table.blocks.size());
    tables.last_block.push_back(static_cast<int>(table.blocks.size()));
  }
  tables.grid.block_begin.resize(width);
  std::iota(tables.grid.block_begin.begin(), tables.grid.block_begin.end(), 0U);
  tables.grid.record_after = {static_cast<int>(width)};
  std::byte* rows = worker.tables(recipes.size() * width * row_bytes(sde.spikes));
  tables.rows = rows;
  parallel_for(count, threads, [&](std::int64_t s) {
    const auto at = static_cast<std::size_t>(s);
    if (sde.spikes.any())
      fill_spiked(sde, recipes[at], of_recipes[at], blocks_per_segment,
                  reinterpret_cast<SpikedBlockRow*>(rows) + at * width, width);
    else
      fill(of_recipes[at], reinterpret_cast<BlockRow*>(rows) + at * width, width);
  });
  return tables;
}

}  // namespace

struct CoarseEnsemble::Parts {
  LossSde sde;
  std::uint64_t seed;
  Processor processor;
  Workers workers;
  DrawConstants constants;
  Performance performance;
};

CoarseEnsemble::CoarseEnsemble(const LossSde& sde, std::uint64_t seed, const Execution& execution) {
  if (sde.spikes.barrier_limit > 0)
    throw InputError("a barrier cannot be crossed in long blocks", "its mode would be unstable",
                     "leave barrier_limit out");
  const Processor processor = choose_processor(execution);
  parts_ = std::make_unique<Parts>(Parts{sde, seed, processor, make_workers(sde, Scheme::exact_moments, processor),
                                         make_constants(sde, sde.draws.size()), performance_on(processor)});
}

CoarseEnsemble::~CoarseEnsemble() = default;
CoarseEnsemble::CoarseEnsemble(CoarseEnsemble&&) noexcept = default;

std::int64_t CoarseEnsemble::draws() const { return static_cast<std::int64_t>(parts_->sde.draws.size()); }

const Performance& CoarseEnsemble::performance() const { return parts_->performance; }

void CoarseEnsemble::evaluate(std::span<const Recipe> recipes, int blocks_per_segment, std::int64_t first,
                              std::int64_t count, std::span<float> out) {
  LOSSCAST_EXPECTS(recipes.size() <= kMostSchedulesAtOnce);
  if (recipes.empty()) return;
  const auto began = std::chrono::steady_clock::now();
  EnsembleWorker& worker = *parts_->workers.front();
  const Tables tables = fill_coarse_tables(parts_->sde, recipes, blocks_per_segment, parts_->processor.threads, worker);
  const PathRange range{count, static_cast<std::uint64_t>(first), parts_->seed};
  const std::span<const float> values = simulate_paths(parts_->sde, tables, parts_->constants, range, worker);
  std::copy(values.begin(), values.end(), out.begin());
  Performance& performance = parts_->performance;
  performance.block_steps += count * tables.blocks();
  performance.path_steps = performance.block_steps * parts_->sde.model->states();
  performance.engine_seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

}  // namespace losscast
