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

/// For each schedule, as the engine draws jumps: with p_b of a block, its factor c_b by which earlier jumps fade, and
/// their mean J, the count is the sum of p_b, and the loss Z with Z' = c_b Z + p_b J. Throws InputError if the law has
/// no jumps. `threads`: of the CPU; 0: all cores.
std::vector<ExpectedJumps> expected_jumps(const LossSde& sde, const PathRequest& request, int threads = 0);

}  // namespace losscast
