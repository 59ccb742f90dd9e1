// The exact mean of a scheme's own chain.
#pragma once

#include <vector>

#include "bench/common/experiment.hpp"
#include "engine/block_length.hpp"
#include "losscast/engine/ensemble.hpp"

namespace losscast::test {

using bench::Experiment;

// Returns the exact mean of the loss [nats] at the end of a request's schedule, in blocks of m steps, over all draws.
inline double exact_mean(const Experiment& request, std::size_t schedule, Step m) {
  const auto edges = block_edges(m, request.recipes[schedule].total_steps(), {});
  const BlockTable table = make_block_table(request.recipes[schedule], request.model->effective_lr(), request.reference,
                                            request.weight_decay, edges);
  const std::vector<int> end = {static_cast<int>(table.blocks.size())};
  double mean = 0;
  for (const auto& draw : request.draws)
    mean += request.model->moments(table, draw, request.noise, request.scheme, end)[0].mean /
            static_cast<double>(request.draws.size());
  return mean;
}

}  // namespace losscast::test
