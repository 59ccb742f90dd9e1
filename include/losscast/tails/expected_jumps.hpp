/// \file
/// How many jumps a run is expected to have, and what they cost, exactly.
#pragma once

#include <vector>

#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"

namespace losscast {

/// Means over all paths.
struct ExpectedJumps {
  double count = 0;       ///< of a run
  double final_loss = 0;  ///< what jumps that have not faded add to the final loss [nats]
};

/// For each schedule: the count is the sum of the rate over the updates, and the loss the same sum of mean jumps, each
/// with what is left of it at the end. Jumps come at the ends of updates. Throws InputError if the law has no jumps.
/// `threads`: of the CPU; 0: all cores.
std::vector<ExpectedJumps> expected_jumps(const LossSde& sde, const PathRequest& request, int threads = 0);

}  // namespace losscast
