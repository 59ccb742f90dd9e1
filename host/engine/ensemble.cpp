#include "losscast/engine/ensemble.hpp"

#include <algorithm>
#include <cmath>

#include "base/floating_point_environment.hpp"
#include "engine/block_length.hpp"
#include "engine/check_request.hpp"
#include "engine/lever_plan.hpp"
#include "engine/memory.hpp"
#include "engine/pilot.hpp"
#include "engine/simulate.hpp"
#include "losscast/base/spread.hpp"

namespace losscast {
namespace {

// Measures how far the results of fast mathematics are from those of reproducible mathematics, by simulating a few
// schedules in both modes.
MathDeviation measure_math_deviation(const Simulation& simulation) {
  constexpr std::size_t kSchedules = 4;
  constexpr std::int64_t kPaths = 1024;
  EnsembleRequest sample = simulation.request;
  sample.recipes = spread(sample.recipes, kSchedules);
  sample.paths = std::min(kPaths, sample.paths);
  sample.keep = EnsembleRequest::Keep::values;
  const LossSde sde = simulated_sde(simulation);
  sample.levers.exact_jumps = Lever::off;  // of the simulated paths there are none
  const EnsembleResult fast = simulate({sde, sample, simulation.processor, simulation.block, sample.levers});
  Processor reproducible = simulation.processor;
  reproducible.math = MathMode::reproducible;
  const EnsembleResult exact = simulate({sde, sample, reproducible, simulation.block, sample.levers});
  MathDeviation out;
  for (std::size_t s = 0; s < sample.recipes.size(); ++s) {
    for (std::size_t i = 0; i < fast.values[s].size(); ++i)
      if (std::isfinite(fast.values[s][i]) && std::isfinite(exact.values[s][i]))
        out.path = std::max(out.path, std::abs(static_cast<double>(fast.values[s][i]) - exact.values[s][i]));
    for (std::size_t r = 0; r < fast.statistics[s].size(); ++r)
      out.mean = std::max(out.mean, std::abs(fast.statistics[s][r].mean - exact.statistics[s][r].mean));
  }
  return out;
}

// Of a GPU that failed midway, some paths are of fast mathematics: then all are simulated again, to be of one kind.
EnsembleResult simulate_in_one_mode(const Simulation& simulation, const Execution& execution) {
  EnsembleResult result = simulate(simulation);
  const Processor& processor = simulation.processor;
  if (processor.math == MathMode::fast && !processor.runs_on_gpus()) {
    const Processor now = choose_processor(execution);
    result = simulate({simulation.sde, simulation.request, now, simulation.block, simulation.levers});
  }
  return result;
}

}  // namespace

EnsembleResult run(const LossSde& sde, const EnsembleRequest& request, const Execution& execution,
                   const std::function<void(const EnsembleWork&)>& before_run) {
  check_request(sde, request);
  const FloatingPointEnvironment environment;
  const Processor processor = choose_processor(execution);
  const StepError step_error = choose_block(sde, request, execution.threads);
  const Simulation asked{sde, request, processor, step_error.block, request.levers};
  check_memory(asked);
  if (before_run) before_run(count_work(sde, request, execution, step_error.block));
  const Levers levers = tried_levers(asked, request.recipes.size());
  EnsembleResult result = simulate_in_one_mode({sde, request, processor, step_error.block, levers}, execution);
  result.step_error = step_error;
  if (result.performance.math == MathMode::fast) result.performance.math_deviation = measure_math_deviation(asked);
  return result;
}

RunDecisions decide_run(const LossSde& sde, const EnsembleRequest& examples, std::size_t schedules,
                        const Execution& execution) {
  check_request(sde, examples);
  const FloatingPointEnvironment environment;
  const Processor processor = choose_processor(execution);
  RunDecisions decisions;
  decisions.step_error = choose_block(sde, examples, execution.threads);
  const Step block = decisions.step_error.block;
  const Levers levers = tried_levers({sde, examples, processor, block, examples.levers}, schedules);
  decisions.levers = plan_levers(sde, examples, levers, block);
  if (has_exact_jumps(sde, examples, levers)) decisions.levers.exact_jumps = Lever::on;
  if (processor.math == MathMode::fast)
    decisions.math_deviation = measure_math_deviation({sde, examples, processor, block, as_used(decisions.levers)});
  return decisions;
}

EnsembleResult run_as_decided(const LossSde& sde, const EnsembleRequest& request, const RunDecisions& decisions,
                              const Execution& execution) {
  check_request(sde, request);
  const FloatingPointEnvironment environment;
  const Processor processor = choose_processor(execution);
  const Simulation simulation{sde, request, processor, decisions.step_error.block, as_used(decisions.levers)};
  check_memory(simulation);
  EnsembleResult result = simulate_in_one_mode(simulation, execution);
  result.step_error = decisions.step_error;
  if (result.performance.math == MathMode::fast) result.performance.math_deviation = decisions.math_deviation;
  return result;
}

}  // namespace losscast
