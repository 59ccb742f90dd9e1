// Compiled once per instruction set (LOSSCAST_ISA), so nothing of the standard library is instantiated here.
#include "kernels/barrier_chain.hpp"
#include "losscast/model/weight_norm.hpp"
#include "losscast/random/normal.hpp"
#include "losscast/random/philox_lanes.hpp"

namespace losscast::inline LOSSCAST_ISA {
namespace {

constexpr int kLanes = kCpuTilePaths;

// The tile's particles, with what says whether each still moves. Flags are whole words, so that they vectorise.
struct MovingTile {
  SpikeTile<kLanes> state;
  float norm0[kLanes], farthest[kLanes];
  int enters[kLanes], leaves[kLanes], arrived[kLanes];
};

// A particle beyond the level has arrived, and lanes without a particle are treated as if they had.
int load(MovingTile& tile, const BarrierArguments& a, float level, const BarrierParticle* particles, int count) {
  int first = a.blocks;
  start(tile.state);
  for (int lane = 0; lane < kLanes; ++lane) {
    const BarrierParticle& particle = particles[lane < count ? lane : 0];
    const float size = particle.mode < 0.0f ? -particle.mode : particle.mode;
    tile.norm0[lane] = a.norm0[particle.draw];
    tile.state.barrier[lane] = particle.mode;
    tile.farthest[lane] = size;
    tile.enters[lane] = tile.leaves[lane] = particle.block;
    tile.arrived[lane] = lane >= count || size > level ? 1 : 0;
    if (tile.arrived[lane] == 0 && particle.block < first) first = particle.block;
  }
  return first;
}

void store(const MovingTile& tile, BarrierParticle* particles, int count) {
  for (int lane = 0; lane < count; ++lane) {
    const bool diverged = tile.state.diverged[lane] > 0.0f;
    particles[lane].block = tile.leaves[lane];
    particles[lane].mode = diverged ? __builtin_huge_valf() : tile.state.barrier[lane];
    particles[lane].farthest = diverged ? __builtin_huge_valf() : tile.farthest[lane];
  }
}

template <EffectiveLr::WeightNorm norm>
std::int64_t run_tile(const BarrierArguments& a, float level, BarrierParticle* particles, int count) {
  MovingTile tile;
  std::int64_t updates = 0;
  for (int block = load(tile, a, level, particles, count); block < a.blocks; ++block) {
    std::uint32_t words[4][kLanes];
    random_bits_of_paths(a.seed, a.stream, a.first_path, a.block_begin[block], a.group, words);
    float dtau[kLanes], z[kLanes], no_jump[kLanes], any_size[kLanes];
    for (int lane = 0; lane < kLanes; ++lane) {
      float ignored;
      normal_pair(words[2][lane], words[3][lane], z[lane], ignored);
      dtau[lane] = clock_time<norm>(a.rows[block].block, tile.norm0[lane]);
      no_jump[lane] = any_size[lane] = 1.0f;
    }
    SpikeTile<kLanes> moved = tile.state;
    step(moved, a.spikes, a.rows[block].spikes, dtau, no_jump, any_size, z);
    int moving = 0, waiting = 0;
    for (int lane = 0; lane < kLanes; ++lane) {
      const int moves = tile.arrived[lane] == 0 && tile.enters[lane] <= block ? 1 : 0;
      const float mode = moves != 0 ? moved.barrier[lane] : tile.state.barrier[lane];
      const float size = mode < 0.0f ? -mode : mode;
      tile.state.barrier[lane] = mode;
      tile.state.diverged[lane] = moves != 0 ? moved.diverged[lane] : tile.state.diverged[lane];
      tile.farthest[lane] = size > tile.farthest[lane] ? size : tile.farthest[lane];
      tile.leaves[lane] = moves != 0 ? block + 1 : tile.leaves[lane];
      tile.arrived[lane] |= size > level || tile.state.diverged[lane] > 0.0f ? 1 : 0;
      moving += moves;
      waiting += 1 - tile.arrived[lane];
    }
    updates += moving;
    if (waiting == 0) break;
  }
  store(tile, particles, count);
  return updates;
}

}  // namespace

std::int64_t run_barrier_tile(const BarrierArguments& a, float level, BarrierParticle* particles, int count) {
  return a.weight_norm == EffectiveLr::WeightNorm::none
             ? run_tile<EffectiveLr::WeightNorm::none>(a, level, particles, count)
             : run_tile<EffectiveLr::WeightNorm::adamw>(a, level, particles, count);
}

}  // namespace losscast::inline LOSSCAST_ISA
