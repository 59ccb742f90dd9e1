// Divergence weighed against the loss, candidate by candidate.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "losscast/engine/statistics.hpp"
#include "losscast/fit/fit.hpp"
#include "losscast/space/divergence_cost.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

// What divergence costs in a sweep. Throws as DivergenceCost() does.
DivergenceCost divergence_cost(const SweepConfig& config, const Fit& fit);

// What it comes to for each recipe. The same for any number of threads.
std::vector<WeighedDivergence> weighed_divergence(const DivergenceCost& cost, std::span<const Recipe> recipes,
                                                  int threads);

// What candidates are ranked by: the mean with what divergence adds to it, those with lost paths after all others.
inline std::pair<Status, double> standing(const Statistics& statistics, const WeighedDivergence& divergence) {
  return {statistics.status, statistics.mean + divergence.added};
}

}  // namespace losscast
