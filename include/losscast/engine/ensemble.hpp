/// \file
/// The engine: paths of the loss, and their statistics. The same request gives the same bytes on any backend, with any
/// number of threads.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "losscast/engine/cost.hpp"
#include "losscast/engine/execution.hpp"
#include "losscast/engine/request.hpp"
#include "losscast/engine/result.hpp"
#include "losscast/model/loss_sde.hpp"

namespace losscast {

/// Simulates a request. `before_run` is told what is coming, if it is set. Throws InputError for an empty request,
/// a recipe with a change that the model does not follow, record steps outside a run, a block so long that
/// Euler-Maruyama is unstable (naming the longest stable one), or more memory than there is (saying how much);
/// DeviceError if Backend::cuda has no GPU, or a GPU fails.
EnsembleResult run(const LossSde& sde, const EnsembleRequest& request, const Execution& execution = {},
                   const std::function<void(const EnsembleWork&)>& before_run = {});

/// What holds for all schedules of a simulation that is done in parts.
struct RunDecisions {
  StepError step_error;                         ///< of the blocks, which have the length that it names
  LeversUsed levers;                            ///< that every mean is sharpened by
  std::optional<MathDeviation> math_deviation;  ///< of fast mathematics, where it is used
};

/// Decides as run() does, by a few schedules that stand for very many: `examples` has paths, seed and levers of all of
/// them and a few of their recipes, among them the longest, the one of the highest peak LR, and that with the steepest
/// fall. `schedules` is how many there are. Throws as run() does.
RunDecisions decide_run(const LossSde& sde, const EnsembleRequest& examples, std::size_t schedules,
                        const Execution& execution);

/// Simulates some of the schedules that the decisions are for. What a schedule comes to does not depend on the others
/// of the request. Throws as run() does.
EnsembleResult run_as_decided(const LossSde& sde, const EnsembleRequest& request, const RunDecisions& decisions,
                              const Execution& execution);

}  // namespace losscast
