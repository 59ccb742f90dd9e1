// The jumps of runs, block by block of the engine's.
#pragma once

#include <cstddef>
#include <vector>

#include "base/floating_point_environment.hpp"
#include "engine/block_length.hpp"
#include "tails/check_tails.hpp"
#include "tails/tail_chain.hpp"

namespace losscast {

// For each schedule what `pass(sum, block)` has made of a sum over its blocks, from the first on. Throws InputError if
// the law has no jumps.
template <class Sum, class Pass>
std::vector<Sum> over_jump_blocks(const LossSde& sde, const PathRequest& request, int threads, const Pass& pass) {
  check_jumps(sde, request);
  const FloatingPointEnvironment environment;
  const Step block = choose_block(sde, request, threads).block;
  std::vector<Sum> out(request.recipes.size());
  for (std::size_t s = 0; s < out.size(); ++s)
    for (const SpikedBlockRow& row : make_tail_chain(sde, request, block, s).rows) pass(out[s], row.spikes);
  return out;
}

}  // namespace losscast
