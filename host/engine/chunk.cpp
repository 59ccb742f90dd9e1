#include "engine/chunk.hpp"

#include "engine/lever_plan.hpp"
#include "engine/tables.hpp"

namespace losscast {
namespace {

// Tables and values of a chunk stay below this, for each worker, unless one record of one schedule takes more. A GPU
// takes more to be busy.
std::size_t chunk_bytes(Backend backend) { return std::size_t{backend == Backend::cuda ? 256U : 64U} << 20; }

constexpr std::size_t kChunksPerWorker = 4;

}  // namespace

Chunks::Chunks(const Simulation& simulation) : order_(by_length(simulation.request.recipes)) {
  const EnsembleRequest& request = simulation.request;
  const std::size_t workers = simulation.processor.workers;
  const Grid longest = make_grid(simulation.block, request.recipes[order_.back()].total_steps(), request.record_steps);
  const std::size_t records = longest.record_after.size(), most_bytes = chunk_bytes(simulation.processor.backend);
  // The memory of the paths' values first serves those of the noise-free twins, of which a copy is kept; then a copy of
  // the values is kept in the order of the paths, while they are sorted.
  const std::size_t twins =
      may_have_twins(simulation.sde, simulation.levers, request.scheme) ? simulation.sde.draws.size() : 0;
  const auto paths = static_cast<std::size_t>(request.paths);
  bytes_per_time_ = std::max(paths, twins) * sizeof(float);
  const std::size_t bytes_of_record = bytes_per_time_ + (twins + paths) * sizeof(float);
  bytes_per_schedule_ = longest.block_begin.size() * row_bytes(simulation.sde.spikes);
  times_per_schedule_ = records;
  // On a GPU paths cannot wait for the next records: they would be moved from the start each time.
  if (simulation.processor.backend == Backend::cpu && records > 1 &&
      bytes_per_schedule_ + records * bytes_of_record > most_bytes) {
    const std::size_t states = static_cast<std::size_t>(simulation.sde.model->states()) * sizeof(float);
    bytes_per_schedule_ += (paths + twins) * states;
    const std::size_t left = most_bytes - std::min(most_bytes, bytes_per_schedule_);
    times_per_schedule_ = std::clamp<std::size_t>(left / bytes_of_record, 1, records);
  }
  bytes_per_schedule_ += times_per_schedule_ * bytes_of_record;
  const auto worthwhile =
      static_cast<std::size_t>((simulation.processor.fewest_paths + request.paths - 1) / request.paths);
  const std::size_t wanted = workers > 1 ? kChunksPerWorker * workers : 1;
  const std::size_t shared = std::max((order_.size() + wanted - 1) / wanted, worthwhile);
  size_ = std::clamp<std::size_t>(most_bytes / bytes_per_schedule_, 1,
                                  std::min({shared, order_.size(), kMostSchedulesOfARun}));
}

}  // namespace losscast
