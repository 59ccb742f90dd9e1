#include "losscast/tails/expected_jumps.hpp"

#include "base/floating_point_environment.hpp"
#include "engine/block_length.hpp"
#include "tails/check_tails.hpp"
#include "tails/tail_chain.hpp"

namespace losscast {

std::vector<ExpectedJumps> expected_jumps(const LossSde& sde, const PathRequest& request, int threads) {
  check_jumps(sde, request);
  const FloatingPointEnvironment environment;
  const Step block = choose_block(sde, request, threads).block;
  std::vector<ExpectedJumps> out;
  for (std::size_t s = 0; s < request.recipes.size(); ++s) {
    ExpectedJumps& jumps = out.emplace_back();
    for (const SpikedBlockRow& row : make_tail_chain(sde, request, block, s).rows) {
      const auto probability = static_cast<double>(row.spikes.jump_probability);
      jumps.count += probability;
      jumps.final_loss =
          static_cast<double>(row.spikes.jump_keep) * jumps.final_loss + probability * sde.spikes.mean_jump;
    }
  }
  return out;
}

}  // namespace losscast
