#include "tails/tail_chain.hpp"

#include <numeric>

#include "engine/chunk.hpp"

namespace losscast {

std::vector<std::size_t> draws_in_use(const EnsembleRequest& request) {
  const std::size_t all = request.draws.size();
  const std::size_t used = std::min(all, static_cast<std::size_t>(request.paths));
  std::vector<std::size_t> out(used);
  for (std::size_t i = 0; i < used; ++i) out[i] = (static_cast<std::size_t>(request.first_path % all) + i) % all;
  return out;
}

TailChain make_tail_chain(const EnsembleRequest& request, Step block, std::size_t schedule) {
  const Grid grid = make_grid(request, block, request.schedules[schedule].total_steps());
  const std::size_t one[] = {schedule};
  TailChain chain;
  chain.block_begin = grid.block_begin;
  chain.rows.resize(grid.block_begin.size());
  fill_tables(request, grid, one, 1, chain.rows.data());
  for (const std::size_t draw : draws_in_use(request))
    chain.norm0.push_back(static_cast<float>(request.model->initial_norm(request.draws[draw])));
  chain.spikes = arguments_of(request, grid, {}).spikes;
  chain.weight_norm = request.model->effective_lr().weight_norm;
  chain.seed = request.seed;
  return chain;
}

}  // namespace losscast
