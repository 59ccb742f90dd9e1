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

// The paths of each candidate; the schedules are for the caller to add.
EnsembleRequest sweep_request(const SweepConfig& config, const SweepOptions& options);

}  // namespace losscast
