#include "losscast/tails/spike_probability.hpp"

#include "tails/jumps_by_block.hpp"

namespace losscast {

// Summed up, not as 1 - a product, so that small probabilities keep their digits.
std::vector<double> spike_probability(const LossSde& sde, const PathRequest& request, int threads) {
  return over_jump_blocks<double>(sde, request, threads, [](double& some, const SpikeBlock& block) {
    some += (1 - some) * static_cast<double>(block.jump_probability);
  });
}

}  // namespace losscast
