// Candidates simulated, compared and ordered.
#pragma once

#include "losscast/sweep/sweep.hpp"

namespace losscast {

// A request for what the sweep simulates or searches, without schedules.
EnsembleRequest sweep_request(const SweepConfig& config, const Fit& fit, const SweepOptions& options);

enum class Order {
  by_mean,
  as_given,  // whatever their means: the first candidate is what the others are compared with
};

// run_sweep(), in this order.
SweepResult rank_candidates(const SweepConfig& config, std::vector<Candidate> candidates, const Fit& fit,
                            const SweepOptions& options, Order order);

}  // namespace losscast
