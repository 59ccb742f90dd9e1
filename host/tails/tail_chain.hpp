// What one schedule does to spikes, block by block, and to which draws.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/barrier_chain.hpp"
#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"

namespace losscast {

// Numbers of the draws that the request's paths take: its path i takes entry i mod the number of entries.
std::vector<std::size_t> draws_in_use(const LossSde& sde, const PathRequest& request);

struct TailChain {
  std::vector<SpikedBlockRow> rows;
  std::vector<std::uint32_t> block_begin;
  std::vector<float> norm0;  // of the draws in use
  SpikeConstants spikes{};
  EffectiveLr::WeightNorm weight_norm = EffectiveLr::WeightNorm::none;
  std::uint64_t seed = 0;
};

// The engine's own tables, in blocks of `block` steps, for one schedule of the request, by its number.
TailChain make_tail_chain(const LossSde& sde, const PathRequest& request, Step block, std::size_t schedule);

}  // namespace losscast
