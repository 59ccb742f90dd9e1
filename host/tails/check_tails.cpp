#include "tails/check_tails.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/check_request.hpp"
#include "format/check_number.hpp"
#include "losscast/base/error.hpp"

namespace losscast {
namespace {

void require_at_least(std::int64_t given, std::int64_t least, const char* what) {
  if (given < least)
    throw InputError(
        fmt::format("{} {} are too few", given, what),
        fmt::format("an error needs {} in each of {} replicates", least / kTailReplicates, kTailReplicates),
        fmt::format("give {} or more", least));
}

void check_particles(const TailEffort& effort) {
  require_at_least(effort.particles, kFewestOfAReplicate * kTailReplicates, "particles");
}

}  // namespace

void check_barrier(const Spikes& spikes) {
  if (!(spikes.barrier_limit > 0))
    throw InputError("no path can diverge", "the barrier is off: its limit is 0",
                     "give the request's spikes a barrier_limit");
}

void check_divergence(const LossSde& sde, const PathRequest& request, const TailEffort& effort) {
  check_paths(sde, request);
  check_barrier(sde.spikes);
  check_particles(effort);
}

void check_jumps(const LossSde& sde, const PathRequest& request) {
  check_paths(sde, request);
  if (!(sde.spikes.jump_rate > 0 && sde.spikes.mean_jump > 0))
    throw InputError("no jump can happen", "their rate or their mean size is 0",
                     "give the request's spikes a jump_rate and a mean_jump");
}

void check_loss_tail(const LossSde& sde, const PathRequest& request, const TailEffort& effort) {
  check_jumps(sde, request);
  if (sde.spikes.barrier_limit > 0) check_particles(effort);
  require_at_least(effort.jump_samples, kFewestOfAReplicate * kTailReplicates, "samples of the jumps");
  // Few draws are the law itself: each replicate then has paths of all of them.
  const auto draws = static_cast<std::int64_t>(sde.draws.size());
  require_at_least(request.paths, std::max<std::int64_t>(2, draws < kTailReplicates ? draws : 0) * kTailReplicates,
                   "paths");
}

void check_probability(double probability) {
  if (!is_probability(probability))
    throw InputError(fmt::format("a quantile at probability {} does not exist", probability),
                     "probabilities lie between 0 and 1", "give one such as 0.999");
}

}  // namespace losscast
