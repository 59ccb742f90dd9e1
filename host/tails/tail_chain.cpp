#include "tails/tail_chain.hpp"

#include <algorithm>

#include "engine/tables.hpp"

namespace losscast {

std::vector<std::size_t> draws_in_use(const LossSde& sde, const PathRequest& request) {
  const std::size_t all = sde.draws.size();
  const std::size_t used = std::min(all, static_cast<std::size_t>(request.paths));
  std::vector<std::size_t> out(used);
  for (std::size_t i = 0; i < used; ++i) out[i] = (static_cast<std::size_t>(request.first_path % all) + i) % all;
  return out;
}

TailChain make_tail_chain(const LossSde& sde, const PathRequest& request, Step block, std::size_t schedule) {
  const Recipe& run = request.recipes[schedule];
  const Grid grid = make_grid(block, run.total_steps(), {});
  TailChain chain;
  chain.block_begin = grid.block_begin;
  chain.rows = spiked_rows(sde, grid, run);
  for (const std::size_t draw : draws_in_use(sde, request))
    chain.norm0.push_back(static_cast<float>(sde.model->initial_norm(sde.draws[draw])));
  chain.spikes = spike_constants(sde.spikes);
  chain.weight_norm = sde.model->effective_lr().weight_norm;
  chain.seed = request.seed;
  return chain;
}

}  // namespace losscast
