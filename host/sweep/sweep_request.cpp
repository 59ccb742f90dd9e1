#include "sweep/sweep_request.hpp"

#include "losscast/fit/forecast.hpp"

namespace losscast {

LossSde sweep_sde(const SweepConfig& config, const Fit& fit) {
  LossSde sde = with_draws_in_turn(make_sde(fit), config.seed);
  sde.spikes = config.spikes;
  return sde;
}

LossSde simulated_sde(const SweepConfig& config, const Fit& fit) {
  LossSde sde = sweep_sde(config, fit);
  const bool is_limited = config.race && config.limits.divergence_probability;
  if (is_limited || config.divergence_cost > 0) sde.spikes.barrier_limit = 0;
  return sde;
}

EnsembleRequest sweep_request(const SweepConfig& config, const SweepOptions& options) {
  EnsembleRequest request;
  request.paths = config.paths;
  request.seed = config.seed;
  request.scheme = options.scheme;
  request.block = options.block;
  request.levers = options.levers;
  return request;
}

}  // namespace losscast
