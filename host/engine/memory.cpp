#include "engine/memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "engine/chunk.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/memory.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/engine/result.hpp"

namespace losscast {
namespace {

double gigabytes(std::size_t bytes) { return static_cast<double>(bytes) * 1e-9; }

}  // namespace

MemoryNeed memory_need(const Simulation& simulation) {
  const LossSde& sde = simulation.sde;
  const EnsembleRequest& request = simulation.request;
  const Processor& processor = simulation.processor;
  const Chunks chunks(simulation);
  const std::size_t records = std::max<std::size_t>(1, request.record_steps.size());
  const std::size_t times = request.recipes.size() * records;
  const auto paths = static_cast<std::size_t>(request.paths);
  const std::size_t constants = sde.draws.size() * sde.model->path_constants(sde.draws.front()).size();
  Step longest = 0;
  for (const Recipe& recipe : request.recipes) longest = std::max(longest, recipe.total_steps());

  const std::size_t in_work = chunks.bytes() * processor.workers;
  // While tables are filled, a thread holds three numbers a step; while values are reduced, copies of a path's.
  const std::size_t threads =
      std::min(static_cast<std::size_t>(thread_count(processor.threads)), chunks.schedules(0).size());
  const std::size_t scratch = threads * std::max(3 * static_cast<std::size_t>(longest), 2 * paths) * sizeof(double);
  std::size_t kept = times * (sizeof(Statistics) + sizeof(Step));
  if (request.keep == EnsembleRequest::Keep::values) kept += times * paths * sizeof(float);
  if (request.keep == EnsembleRequest::Keep::samples) kept += request.recipes.size() * paths * sizeof(float);
  MemoryNeed need{in_work + scratch + kept + constants * sizeof(float), 0};
  if (processor.backend == Backend::cuda) {
    const std::size_t sorting = chunks.value_bytes() + sort_scratch_bytes(chunks.times());
    need.device = kWorkersPerGpu * (chunks.bytes() + sorting + constants * sizeof(float));
  }
  return need;
}

void check_memory(const Simulation& simulation) {
  const Processor& processor = simulation.processor;
  const MemoryNeed need = memory_need(simulation);
  const char* remedy = "lower the number of paths or of recorded times";
  if (need.host > usable_memory())
    throw InputError(fmt::format("the request needs {:.1f} GB of memory", gigabytes(need.host)),
                     fmt::format("this machine has {:.1f} GB", gigabytes(usable_memory())), remedy);
  if (processor.device_bytes > 0 && need.device > processor.device_bytes)
    throw InputError(fmt::format("the request needs {:.1f} GB of GPU memory", gigabytes(need.device)),
                     fmt::format("the GPU has {:.1f} GB", gigabytes(processor.device_bytes)), remedy);
}

}  // namespace losscast
