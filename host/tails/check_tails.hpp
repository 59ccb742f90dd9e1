// What is wrong with a request for tails, if anything. All throw InputError.
#pragma once

#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/tails/tail_estimate.hpp"

namespace losscast {

// Without a barrier.
void check_barrier(const Spikes& spikes);

// Without a barrier, or with fewer than 32 particles a replicate.
void check_divergence(const LossSde& sde, const PathRequest& request, const TailEffort& effort);

// Without jumps.
void check_jumps(const LossSde& sde, const PathRequest& request);

// Without jumps, or with fewer than 2 paths or 32 samples a replicate; with a barrier, as above.
void check_loss_tail(const LossSde& sde, const PathRequest& request, const TailEffort& effort);

// Outside (0, 1).
void check_probability(double probability);

}  // namespace losscast
