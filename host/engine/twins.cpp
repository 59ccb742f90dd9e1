#include "engine/twins.hpp"

#include "engine/chunk.hpp"

namespace losscast {

Twins simulate_twins(const EnsembleRequest& request, std::span<const std::size_t> schedules, Step twin_block,
                     const std::vector<float>& constants, int threads, EnsembleWorker& worker) {
  const Grid grid = make_grid(request, twin_block, request.schedules[schedules.back()].total_steps());
  std::byte* rows = worker.tables(schedules.size() * grid.block_begin.size() * row_bytes(request));
  const std::vector<int> last_block = fill_tables(request, grid, schedules, threads, rows);
  const auto draws = static_cast<std::int64_t>(request.draws.size());
  const std::size_t count = schedules.size() * grid.record_after.size() * request.draws.size();

  EnsembleArguments arguments = arguments_of(request, grid, constants);
  arguments.noise = {};
  arguments.spikes = {};
  arguments.first_path = 0;
  arguments.paths = draws;
  arguments.coefficients = rows;
  arguments.last_block = last_block.data();
  arguments.schedules = static_cast<int>(schedules.size());
  arguments.values = worker.values(count);
  worker.run(arguments);

  Twins twins{{arguments.values, arguments.values + count}, 0};
  for (const int blocks : last_block) twins.block_steps += draws * blocks;
  return twins;
}

}  // namespace losscast
