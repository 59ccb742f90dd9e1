#include "losscast/tails/expected_jumps.hpp"

#include "tails/jumps_by_block.hpp"

namespace losscast {

std::vector<ExpectedJumps> expected_jumps(const LossSde& sde, const PathRequest& request, int threads) {
  return over_jump_blocks<ExpectedJumps>(sde, request, threads, [&](ExpectedJumps& jumps, const SpikeBlock& block) {
    const auto probability = static_cast<double>(block.jump_probability);
    jumps.count += probability;
    jumps.final_loss = static_cast<double>(block.jump_keep) * jumps.final_loss + probability * sde.spikes.mean_jump;
  });
}

}  // namespace losscast
