#include "losscast/engine/conditional_means.hpp"

#include <algorithm>
#include <chrono>

#include "chunk.hpp"
#include "losscast/engine/parallel.hpp"
#include "worker.hpp"

namespace losscast {

struct ConditionalMeans::Parts {
  EnsembleRequest request;  // without schedules
  std::vector<float> constants;
  std::vector<std::unique_ptr<EnsembleWorker>> workers;
  Performance performance;
};

ConditionalMeans::ConditionalMeans(const EnsembleRequest& request) : parts_(std::make_unique<Parts>()) {
  parts_->request = request;
  parts_->request.schedules.clear();
  parts_->request.noise = {};
  parts_->request.spikes = {};
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

ConditionalMeans::~ConditionalMeans() = default;
ConditionalMeans::ConditionalMeans(ConditionalMeans&&) noexcept = default;

std::int64_t ConditionalMeans::draws() const { return static_cast<std::int64_t>(parts_->request.draws.size()); }

const Performance& ConditionalMeans::performance() const { return parts_->performance; }

void ConditionalMeans::evaluate(std::span<const Schedule> schedules, int blocks_per_segment, std::int64_t first,
                                std::int64_t count, std::span<float> out) {
  if (schedules.empty()) return;
  const auto began = std::chrono::steady_clock::now();
  const EnsembleRequest& request = parts_->request;
  std::vector<BlockTable> tables(schedules.size());
  parallel_for(static_cast<std::int64_t>(schedules.size()), request.threads, [&](std::int64_t s) {
    const auto at = static_cast<std::size_t>(s);
    tables[at] = make_coarse_table(schedules[at], request.model->effective_lr(), request.ref_lr, request.weight_decay,
                                   blocks_per_segment);
  });
  // Blocks of schedules differ; only the random numbers of a path, of which there are none here, ask where they begin.
  std::size_t block_count = 0;
  for (const BlockTable& table : tables) block_count = std::max(block_count, table.blocks.size());
  Grid grid;
  grid.block_begin.resize(block_count);
  grid.record_after = {static_cast<int>(block_count)};
  EnsembleWorker& worker = *parts_->workers.front();
  const std::size_t bytes = schedules.size() * block_count * sizeof(BlockRow);
  auto* rows = reinterpret_cast<BlockRow*>(worker.tables(bytes));
  std::vector<int> last_block(schedules.size());
  parallel_for(static_cast<std::int64_t>(schedules.size()), request.threads, [&](std::int64_t s) {
    const std::vector<Block<double>>& blocks = tables[static_cast<std::size_t>(s)].blocks;
    BlockRow* row = rows + static_cast<std::size_t>(s) * block_count;
    std::fill(std::transform(blocks.begin(), blocks.end(), row,
                             [](const Block<double>& block) { return BlockRow{rounded(block)}; }),
              row + block_count, BlockRow{});
    last_block[static_cast<std::size_t>(s)] = static_cast<int>(blocks.size());
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
