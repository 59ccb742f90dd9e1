#include "losscast/tails/spike_probability.hpp"

#include "base/floating_point_environment.hpp"
#include "engine/block_length.hpp"
#include "tails/check_tails.hpp"
#include "tails/tail_chain.hpp"

namespace losscast {

std::vector<double> spike_probability(const LossSde& sde, const PathRequest& request, int threads) {
  check_jumps(sde, request);
  const FloatingPointEnvironment environment;
  const Step block = choose_block(sde, request, threads).block;
  std::vector<double> out;
  for (std::size_t s = 0; s < request.recipes.size(); ++s) {
    double some = 0;  // summed up, not as 1 - a product, so that small probabilities keep their digits
    for (const SpikedBlockRow& row : make_tail_chain(sde, request, block, s).rows)
      some += (1 - some) * static_cast<double>(row.spikes.jump_probability);
    out.push_back(some);
  }
  return out;
}

}  // namespace losscast
