// What a sweep asks of the engine.
#pragma once

#include "losscast/engine/request.hpp"
#include "losscast/fit/fit.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"

namespace losscast {

// The law of the runs: the fit's, with the spikes of the configuration.
LossSde sweep_sde(const SweepConfig& config, const Fit& fit);

// The law by which losses are simulated: that of runs without a barrier, where a race's limit or a cost reckons with
// divergence.
LossSde simulated_sde(const SweepConfig& config, const Fit& fit);

// The paths of each candidate; the schedules are for the caller to add.
EnsembleRequest sweep_request(const SweepConfig& config, const SweepOptions& options);

}  // namespace losscast
