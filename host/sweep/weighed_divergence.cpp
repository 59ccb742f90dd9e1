#include "sweep/weighed_divergence.hpp"

#include "losscast/base/parallel.hpp"
#include "sweep/sweep_request.hpp"

namespace losscast {

DivergenceCost divergence_cost(const SweepConfig& config, const Fit& fit) {
  return {config.divergence_cost, sweep_sde(config, fit)};
}

std::vector<WeighedDivergence> weighed_divergence(const DivergenceCost& cost, std::span<const Recipe> recipes,
                                                  int threads) {
  std::vector<WeighedDivergence> out(recipes.size());
  if (!cost.any()) return out;
  parallel_for(static_cast<std::int64_t>(recipes.size()), threads, [&](std::int64_t r) {
    const auto i = static_cast<std::size_t>(r);
    const double probability = cost.probability(recipes[i]);
    out[i] = {probability, cost.at(probability)};
  });
  return out;
}

}  // namespace losscast
