#include "losscast/precision/coarse_ensemble.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>

#include "engine/chunk.hpp"
#include "engine/worker.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/model/coarse_table.hpp"

namespace losscast {
namespace {

template <class Row>
void fill(const BlockTable& table, Row* rows, std::size_t count) {
  for (std::size_t b = 0; b < count; ++b) {
    rows[b] = {};
    if (b < table.blocks.size()) rows[b].block = rounded(table.blocks[b]);
  }
}

void fill_spiked(const Spikes& spikes, const Schedule& schedule, const BlockTable& table, int blocks_per_segment,
                 SpikedBlockRow* rows, std::size_t count) {
  fill(table, rows, count);
  const std::vector<double> rates =
      coarse_power_sums(schedule, spikes.critical_lr, spikes.jump_exponent, blocks_per_segment);
  for (std::size_t b = 0; b < table.blocks.size(); ++b)
    rows[b].spikes =
        spike_block(spikes, spikes.jump_rate * rates[b], static_cast<double>(table.edges[b + 1] - table.edges[b]));
}

}  // namespace

struct CoarseEnsemble::Parts {
  EnsembleRequest request;  // without schedules
  std::vector<float> constants;
  std::vector<std::unique_ptr<EnsembleWorker>> workers;
  Performance performance;
};

CoarseEnsemble::CoarseEnsemble(const EnsembleRequest& request) : parts_(std::make_unique<Parts>()) {
  if (request.spikes.barrier_limit > 0)
    throw InputError("a barrier cannot be crossed in long blocks", "its mode would be unstable",
                     "leave barrier_limit out");
  parts_->request = request;
  parts_->request.schedules.clear();
  parts_->request.scheme = Scheme::exact_moments;
  const Processor processor = choose_processor(request);
  parts_->workers = make_workers(parts_->request, processor);
  for (const std::vector<double>& draw : request.draws) {
    const std::vector<float> one = request.model->path_constants(draw);
    parts_->constants.insert(parts_->constants.end(), one.begin(), one.end());
  }
  parts_->performance.backend = processor.backend == Backend::cuda ? "cuda" : "cpu";
  parts_->performance.device = processor.name;
  parts_->performance.math = processor.math;
}

CoarseEnsemble::~CoarseEnsemble() = default;
CoarseEnsemble::CoarseEnsemble(CoarseEnsemble&&) noexcept = default;

std::int64_t CoarseEnsemble::draws() const { return static_cast<std::int64_t>(parts_->request.draws.size()); }

const Performance& CoarseEnsemble::performance() const { return parts_->performance; }

void CoarseEnsemble::evaluate(std::span<const Schedule> schedules, int blocks_per_segment, std::int64_t first,
                              std::int64_t count, std::span<float> out) {
  LOSSCAST_EXPECTS(schedules.size() <= kMostSchedulesAtOnce);
  if (schedules.empty()) return;
  const auto began = std::chrono::steady_clock::now();
  const EnsembleRequest& request = parts_->request;
  std::vector<BlockTable> tables(schedules.size());
  parallel_for(static_cast<std::int64_t>(schedules.size()), request.threads, [&](std::int64_t s) {
    const auto at = static_cast<std::size_t>(s);
    tables[at] = make_coarse_table(schedules[at], request.model->effective_lr(), request.ref_lr, request.weight_decay,
                                   blocks_per_segment);
  });
  std::size_t block_count = 0;
  for (const BlockTable& table : tables) block_count = std::max(block_count, table.blocks.size());
  Grid grid;
  grid.block_begin.resize(block_count);
  std::iota(grid.block_begin.begin(), grid.block_begin.end(), 0U);
  grid.record_after = {static_cast<int>(block_count)};
  EnsembleWorker& worker = *parts_->workers.front();
  std::byte* rows = worker.tables(schedules.size() * block_count * row_bytes(request));
  std::vector<int> last_block(schedules.size());
  parallel_for(static_cast<std::int64_t>(schedules.size()), request.threads, [&](std::int64_t s) {
    const auto at = static_cast<std::size_t>(s);
    if (request.spikes.any())
      fill_spiked(request.spikes, schedules[at], tables[at], blocks_per_segment,
                  reinterpret_cast<SpikedBlockRow*>(rows) + at * block_count, block_count);
    else
      fill(tables[at], reinterpret_cast<BlockRow*>(rows) + at * block_count, block_count);
    last_block[at] = static_cast<int>(tables[at].blocks.size());
  });
  for (const int blocks : last_block) parts_->performance.block_steps += count * blocks;

  EnsembleArguments arguments = arguments_of(request, grid, parts_->constants);
  arguments.paths = count;
  arguments.first_path = static_cast<std::uint64_t>(first);
  arguments.coefficients = rows;
  arguments.last_block = last_block.data();
  arguments.schedules = static_cast<int>(schedules.size());
  arguments.values = worker.values(schedules.size() * static_cast<std::size_t>(count));
  worker.run(arguments);
  std::copy_n(arguments.values, schedules.size() * static_cast<std::size_t>(count), out.begin());
  parts_->performance.path_steps = parts_->performance.block_steps * request.model->states();
  parts_->performance.engine_seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

}  // namespace losscast
