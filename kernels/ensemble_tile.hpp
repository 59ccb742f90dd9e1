// The work of one tile, in the pieces that every backend is made of. A tile is a number of consecutive paths under a
// number of consecutive schedules, all moved on the same random numbers. Time is cut into slabs of a few blocks: a
// slab's random numbers are drawn once, to memory that is near, then each group of K schedules is moved through the
// slab with its states in registers.
#pragma once

#include "kernels/dynamics.hpp"
#include "losscast/random/philox_lanes.hpp"

namespace losscast::inline LOSSCAST_ISA {

// Blocks of a slab at most: so many that turning to another group of schedules costs little, so few that their random
// numbers stay near.
inline constexpr int kSlabBlocks = 8;

struct Slab {
  int first;  // block
  int count;
};

// The slab that begins at block `first`, with something to record after block `until`.
LOSSCAST_HD inline Slab slab_from(int first, int until) {
  return {first, until - first < kSlabBlocks ? until - first : kSlabBlocks};
}

// What becomes of a variate that was drawn: it is the block's own, or one of two that the block's is a sum of.
struct Whole {
  template <class D>
  LOSSCAST_HD void put(int, float value, float& z) const {
    z = value;
  }
};
struct FirstHalf {
  float weight;
  template <class D>
  LOSSCAST_HD void put(int variate, float value, float& z) const {
    z = variate < D::kNormals ? weight * value : value;
  }
};
struct SecondHalf {
  float weight;
  template <class D>
  LOSSCAST_HD void put(int variate, float value, float& z) const {
    z = variate < D::kNormals ? math::fma(weight, value, z) : z;
  }
};

// Draws the variates of Philox blocks kNumber ... of one step, as z[variate][lane], for every kStride-th of kLanes
// paths from `lane` on. The number is a template argument because no compiler vectorises the loop over paths otherwise.
template <class D, int kLanes, int kStride, int kNumber = 0, class Part = Whole>
LOSSCAST_HD inline void draw_variates(const EnsembleArguments& a, std::uint64_t first_path, std::uint32_t step,
                                      int lane, float* z, const Part& part = {}) {
  constexpr DrawAddress at = D::template address<kNumber>();
  if constexpr (kStride == 1) {
    if (a.pairing == Pairing::antithetic) {
      constexpr int kPairs = kLanes / 2;
      std::uint32_t words[4][kPairs];
      random_bits_of_paths(a.seed, at.stream, first_path / 2, step, at.group, words);
      for (int i = 0; i < kPairs; ++i)
        D::template variates<kNumber>({{words[0][i], words[1][i], words[2][i], words[3][i]}},
                                      [&](int variate, float value) {
                                        float* pair = z + variate * kLanes + 2 * i;
                                        part.template put<D>(variate, value, pair[0]);
                                        part.template put<D>(variate, mirrored<D>(variate, value), pair[1]);
                                      });
    } else {
      std::uint32_t words[4][kLanes];
      random_bits_of_paths(a.seed, at.stream, first_path, step, at.group, words);
      for (int i = 0; i < kLanes; ++i)
        D::template variates<kNumber>(
            {{words[0][i], words[1][i], words[2][i], words[3][i]}},
            [&](int variate, float value) { part.template put<D>(variate, value, z[variate * kLanes + i]); });
    }
  } else {
    for (int i = lane; i < kLanes; i += kStride) {
      const std::uint64_t path = first_path + static_cast<std::uint64_t>(i);
      const bool second = a.pairing == Pairing::antithetic && path % 2 == 1;
      D::template variates<kNumber>(
          random_bits(a.seed, at.stream, number_of_draws(a, path), step, at.group), [&](int variate, float value) {
            part.template put<D>(variate, second ? mirrored<D>(variate, value) : value, z[variate * kLanes + i]);
          });
    }
  }
  if constexpr (kNumber + 1 < D::kDraws)
    draw_variates<D, kLanes, kStride, kNumber + 1>(a, first_path, step, lane, z, part);
}

// Draws the variates of a slab for kLanes paths, as z[block of the slab][variate][lane]. One of several workers: every
// `blocks`-th block from `block` on, every kStride-th lane from `lane` on.
template <class D, int kLanes, int kStride>
LOSSCAST_HD inline void draw_slab(const EnsembleArguments& a, std::uint64_t first_path, const Slab& slab, int block,
                                  int blocks, int lane, float* z) {
  LOSSCAST_KEEP_LOOP
  for (int b = block; b < slab.count; b += blocks) {
    const std::uint32_t step = a.block_begin[slab.first + b];
    float* to = z + b * D::kVariates * kLanes;
    if (a.halves == nullptr) {
      draw_variates<D, kLanes, kStride>(a, first_path, step, lane, to);
    } else {
      const BlockHalves& halves = a.halves[slab.first + b];
      draw_variates<D, kLanes, kStride>(a, first_path, step, lane, to, FirstHalf{halves.first_weight});
      if (halves.second_weight != 0.0f)
        draw_variates<D, kLanes, kStride>(a, first_path, halves.second, lane, to, SecondHalf{halves.second_weight});
    }
  }
}

// Moves K states of P paths through a slab. `coefficients[k]` points at the slab's first block of schedule k; z is as
// above, where the paths are lanes first_lane ... first_lane + P - 1.
template <class D, int K, int P, int kLanes>
LOSSCAST_HD inline void step_slab(const EnsembleArguments& a, typename D::template State<P> (&states)[K],
                                  const typename D::template Paths<P>& paths,
                                  const typename D::Coefficients* const (&coefficients)[K], int count, const float* z,
                                  int first_lane) {
  LOSSCAST_KEEP_LOOP
  for (int b = 0; b < count; ++b) {
    float variates[D::kVariates][P];
    LOSSCAST_UNROLL
    for (int v = 0; v < D::kVariates; ++v)
      for (int lane = 0; lane < P; ++lane) variates[v][lane] = z[(b * D::kVariates + v) * kLanes + first_lane + lane];
    LOSSCAST_UNROLL
    for (int k = 0; k < K; ++k) D::step(a, states[k], paths, coefficients[k][b], variates);
  }
}

// Adds to the projections of P paths under a schedule what a slab's random numbers give: the sum of weights x variates.
template <class D, int P, int kLanes>
LOSSCAST_HD inline void project_slab(const EnsembleArguments& a, std::int64_t first_path, int schedule,
                                     const Slab& slab, const float* z, int first_lane) {
  constexpr int kVariates = D::kVariates;
  const float* weights = a.weights + (static_cast<std::int64_t>(schedule) * a.block_count + slab.first) * kVariates;
  float sum[P] = {};
  LOSSCAST_KEEP_LOOP
  for (int i = 0; i < slab.count * kVariates; ++i)
    for (int lane = 0; lane < P; ++lane)
      sum[lane] = math::fma(weights[i], z[i * kLanes + first_lane + lane], sum[lane]);
  float* projections = a.projections + static_cast<std::int64_t>(schedule) * a.paths;
  for (int lane = 0; lane < P && first_path + lane < a.paths; ++lane)
    projections[first_path + lane] = slab.first == 0 ? sum[lane] : projections[first_path + lane] + sum[lane];
}

// Writes value `number` of each path under a schedule. Paths past the end of the request are simulated, not written.
template <class D, int P>
LOSSCAST_HD inline void record(const EnsembleArguments& a, std::int64_t first_path, int schedule, int number,
                               const typename D::template State<P>& state) {
  // A run that has ended is observed in its own last block, whichever runs are simulated beside it.
  const int last = a.last_block[schedule];
  const int after = a.record_after[number] < last ? a.record_after[number] : last;
  const auto* rows = static_cast<const typename D::Coefficients*>(a.coefficients);
  const auto& row = rows[schedule * static_cast<std::int64_t>(a.block_count) + after - 1];
  float out[P];
  for (int lane = 0; lane < P; ++lane)
    out[lane] = D::value(a, a.first_path + static_cast<std::uint64_t>(first_path + lane), a.block_begin[after - 1],
                         state, lane) +
                D::added_loss(a, a.first_path + static_cast<std::uint64_t>(first_path + lane), row);
  float* values = a.values + (static_cast<std::int64_t>(schedule) * a.records + number) * a.paths;
  for (int lane = 0; lane < P && first_path + lane < a.paths; ++lane) values[first_path + lane] = out[lane];
}

// The number of blocks that the longest of some schedules needs.
LOSSCAST_HD inline int longest_run(const EnsembleArguments& a, int first_schedule, int count) {
  int longest = 0;
  for (int s = first_schedule; s < first_schedule + count; ++s)
    longest = a.last_block[s] > longest ? a.last_block[s] : longest;
  return longest;
}

// The block after which recording `number` happens in a tile whose last block is `last_block`: what is recorded later
// is the state at its end, as blocks past the end of a run change nothing.
LOSSCAST_HD inline int recorded_after(const EnsembleArguments& a, int number, int last_block) {
  return a.record_after[number] < last_block ? a.record_after[number] : last_block;
}

}  // namespace losscast::inline LOSSCAST_ISA
