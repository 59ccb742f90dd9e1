// The barrier's mode of a path alone: a Markov chain of one state that depends on nothing but the schedule's blocks and
// the weight norm of the path's draw. On the CPU only: an estimate takes seconds there.
#pragma once

#include <cstdint>

#include "kernels/ensemble.hpp"
#include "losscast/model/parameter.hpp"
#include "losscast/random/streams.hpp"

namespace losscast {

struct BarrierParticle {
  int block = 0;       // blocks that it has crossed
  int draw = 0;        // number of its weight norm
  int ancestor = 0;    // number of the particle from which it descends; of no meaning to the chain
  float mode = 0;      // z; infinite once it has diverged
  float farthest = 0;  // the largest |z| since it was moved last
};

struct BarrierArguments {
  const SpikedBlockRow* rows = nullptr;        // [blocks], of one schedule
  const std::uint32_t* block_begin = nullptr;  // [blocks], as in EnsembleArguments
  int blocks = 0;
  const float* norm0 = nullptr;  // [draws]
  EffectiveLr::WeightNorm weight_norm = EffectiveLr::WeightNorm::none;
  SpikeConstants spikes{};
  std::uint64_t seed = 0;  // where the random numbers come from; particle i of a tile has path first_path + i
  Stream stream = Stream::splitting;
  std::uint32_t group = 0;
  std::uint64_t first_path = 0;
};

// Moves `count` particles, at most kCpuTilePaths, each until |z| > level, the limit or the end of the run; returns the
// updates that took. Particles that enter the run at similar blocks waste least. With the engine's stream, group 0 and
// the limit as level, those that diverge are the engine's paths that do.
using RunBarrierTile = std::int64_t(const BarrierArguments&, float level, BarrierParticle* particles, int count);

RunBarrierTile* barrier_chain(Isa isa);

}  // namespace losscast
