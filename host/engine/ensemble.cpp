#include "losscast/engine/ensemble.hpp"

#include <algorithm>
#include <cmath>

#include "base/floating_point_environment.hpp"
#include "engine/block_length.hpp"
#include "engine/check_request.hpp"
#include "engine/memory.hpp"
#include "engine/pilot.hpp"
#include "engine/simulate.hpp"
#include "engine/worker.hpp"
#include "losscast/engine/cost.hpp"

namespace losscast {
namespace {

// By simulating a few schedules in both modes.
MathDeviation measure_math_deviation(const EnsembleRequest& request, Processor processor, Step block) {
  constexpr std::size_t kSchedules = 4;
  constexpr std::int64_t kPaths = 1024;
  EnsembleRequest sample = request;
  const std::size_t count = std::min(kSchedules, request.schedules.size());
  sample.schedules.clear();
  for (std::size_t i = 0; i < count; ++i)
    sample.schedules.push_back(request.schedules[i * request.schedules.size() / count]);
  sample.paths = std::min(kPaths, request.paths);
  sample.keep = EnsembleRequest::Keep::values;
  const EnsembleResult fast = simulate(sample, processor, block, make_workers(sample, processor));
  processor.math = MathMode::reproducible;
  const EnsembleResult exact = simulate(sample, processor, block, make_workers(sample, processor));
  MathDeviation out;
  for (std::size_t s = 0; s < count; ++s) {
    for (std::size_t i = 0; i < fast.values[s].size(); ++i)
      if (std::isfinite(fast.values[s][i]) && std::isfinite(exact.values[s][i]))
        out.path = std::max(out.path, std::abs(static_cast<double>(fast.values[s][i]) - exact.values[s][i]));
    for (std::size_t r = 0; r < fast.statistics[s].size(); ++r)
      out.mean = std::max(out.mean, std::abs(fast.statistics[s][r].mean - exact.statistics[s][r].mean));
  }
  return out;
}

}  // namespace

void add(Performance& sum, const Performance& more) {
  sum.block_steps += more.block_steps;
  sum.path_steps += more.path_steps;
  sum.engine_seconds += more.engine_seconds;
}

EnsembleResult run(const EnsembleRequest& request) {
  check_request(request);
  const FloatingPointEnvironment environment;
  const Processor processor = choose_processor(request);
  const StepError step_error = choose_block(request);
  check_memory(request, processor, step_error.block);
  if (request.before_run) request.before_run(count_work(request, step_error.block));
  EnsembleRequest settled = request;
  settled.levers = tried_levers(request, processor, step_error.block);
  EnsembleResult result = simulate(settled, processor, step_error.block, make_workers(settled, processor));
  result.step_error = step_error;
  if (processor.math == MathMode::fast)
    result.performance.math_deviation = measure_math_deviation(request, processor, step_error.block);
  return result;
}

}  // namespace losscast
