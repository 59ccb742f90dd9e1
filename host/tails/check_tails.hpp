// Checks of requests for tails. Each throws InputError if what its comment says is the case.
#pragma once

#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/tails/tail_estimate.hpp"

namespace losscast {

// Particles, or samples of the jumps, without which a replicate says nothing.
inline constexpr std::int64_t kFewestOfAReplicate = 32;

// There is no barrier.
void check_barrier(const Spikes& spikes);

// There is no barrier, or there are fewer than 32 particles for each replicate.
void check_divergence(const LossSde& sde, const PathRequest& request, const TailEffort& effort);

// There are no jumps.
void check_jumps(const LossSde& sde, const PathRequest& request);

// There are no jumps, or fewer than 2 paths or 32 samples for each replicate; or there is a barrier, and too few
// particles for check_divergence().
void check_loss_tail(const LossSde& sde, const PathRequest& request, const TailEffort& effort);

// The probability is outside (0, 1).
void check_probability(double probability);

}  // namespace losscast
