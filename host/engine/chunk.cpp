#include "engine/chunk.hpp"

#include "engine/lever_plan.hpp"
#include "engine/tables.hpp"

namespace losscast {
namespace {

// Tables and values of a chunk stay below this, for each worker, unless one schedule alone takes more.
constexpr std::size_t kChunkBytes = std::size_t{256} << 20;

constexpr std::size_t kChunksPerWorker = 4;

}  // namespace

Chunks::Chunks(const Simulation& simulation) : order_(by_length(simulation.request.recipes)) {
  const EnsembleRequest& request = simulation.request;
  const std::size_t workers = simulation.processor.workers;
  const Grid longest = make_grid(simulation.block, request.recipes[order_.back()].total_steps(), request.record_steps);
  times_per_schedule_ = longest.record_after.size();
  // The memory of the paths' values first serves those of the noise-free twins, of which a copy is kept; then a copy of
  // the values is kept in the order of the paths, while they are sorted.
  const std::size_t twins =
      may_have_twins(simulation.sde, simulation.levers, request.scheme) ? simulation.sde.draws.size() : 0;
  bytes_per_time_ = std::max(static_cast<std::size_t>(request.paths), twins) * sizeof(float);
  bytes_per_schedule_ =
      longest.block_begin.size() * row_bytes(simulation.sde.spikes) +
      times_per_schedule_ * (bytes_per_time_ + (twins + static_cast<std::size_t>(request.paths)) * sizeof(float));
  const auto worthwhile =
      static_cast<std::size_t>((simulation.processor.fewest_paths + request.paths - 1) / request.paths);
  const std::size_t wanted = workers > 1 ? kChunksPerWorker * workers : 1;
  const std::size_t shared = std::max((order_.size() + wanted - 1) / wanted, worthwhile);
  size_ = std::clamp<std::size_t>(kChunkBytes / bytes_per_schedule_, 1,
                                  std::min({shared, order_.size(), kMostSchedulesOfARun}));
}

}  // namespace losscast
