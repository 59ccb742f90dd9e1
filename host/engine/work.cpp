#include "engine/work.hpp"

#include <map>

#include "engine/block_length.hpp"
#include "engine/lever_plan.hpp"

namespace losscast {
namespace {

// Blocks of all schedules, cut where something is recorded.
std::int64_t blocks_of(const EnsembleRequest& request, Step block) {
  std::map<Step, std::int64_t> counts;  // of schedules, by length
  for (const Recipe& recipe : request.recipes) ++counts[recipe.total_steps()];
  std::int64_t blocks = 0;
  for (const auto& [length, count] : counts)
    blocks += count * (static_cast<std::int64_t>(block_edges(block, length, request.record_steps).size()) - 1);
  return blocks;
}

}  // namespace

std::int64_t path_block_steps(const EnsembleRequest& request, Step block) {
  return blocks_of(request, block) * request.paths;
}

std::int64_t twin_block_steps(const LossSde& sde, const EnsembleRequest& request, const Levers& levers, Step block) {
  const auto twin_block = plan_levers(sde, request, levers, block).twin_block;
  return twin_block ? blocks_of(request, *twin_block) * static_cast<std::int64_t>(sde.draws.size()) : 0;
}

}  // namespace losscast
