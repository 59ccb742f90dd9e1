/// \file
/// The engine: paths of the loss, and their statistics. The same request gives the same bytes on any backend, with any
/// number of threads.
#pragma once

#include <functional>
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

}  // namespace losscast
