// One tile of work: P paths under K schedules, moved block by block on shared increments. Every backend calls this;
// a backend only decides which tile runs where.
#pragma once

#include "ensemble_arguments.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"
#include "losscast/random/uniform.hpp"

namespace losscast::inline LOSSCAST_ISA {

// The first path of a tile, numbered in the call and in the whole experiment.
struct TilePlace {
  std::int64_t local;
  std::uint64_t global;
};

template <class Spec, int P>
LOSSCAST_HD inline void load_paths(const EnsembleArguments& a, const TilePlace& place,
                                   PathTile<Spec::kHills, P>& paths) {
  for (int lane = 0; lane < P; ++lane) {
    const std::uint64_t path = place.global + static_cast<std::uint64_t>(lane);
    const auto draw = static_cast<std::int64_t>(path % static_cast<std::uint64_t>(a.draws));
    const float* c = a.constants + draw * a.constants_stride;  // a PathConstants<float, kHills>
    float shift[4], offset[4];
    normals4(random_bits(a.seed, Stream::start_up, path, 0, 0), shift);
    normals4(random_bits(a.seed, Stream::offset, path, 0, 0), offset);
    paths.floor[lane] = math::fma(a.noise.run_offset, offset[0], c[0]);
    paths.amplitude[lane] = c[1];
    paths.exponent[lane] = c[2];
    paths.norm0[lane] = c[3];
    paths.startup_shift[lane] = a.noise.startup_shift * shift[0];
    for (int j = 0; j < Spec::kHills; ++j) {
      paths.rates[j][lane] = c[4 + j];
      paths.levels[j][lane] = c[4 + Spec::kHills + j];
    }
  }
}

// Normals 0 ... N-1 of a step for P paths: variate v is word pair v / 2 of Philox group v / 4.
template <int N, int P>
LOSSCAST_HD inline void draw_normals(const EnsembleArguments& a, const TilePlace& place, std::uint32_t begin,
                                     float (&z)[N][P]) {
  LOSSCAST_UNROLL
  for (int group = 0; group * 4 < N; ++group)
    for (int lane = 0; lane < P; ++lane) {
      float four[4];
      normals4(random_bits(a.seed, Stream::noise, place.global + static_cast<std::uint64_t>(lane), begin,
                           static_cast<std::uint32_t>(group)),
               four);
      for (int i = 0; i < 4; ++i)
        if (group * 4 + i < N) z[group * 4 + i][lane] = four[i];
    }
}

template <int P>
LOSSCAST_HD inline void draw_spikes(const EnsembleArguments& a, const TilePlace& place, std::uint32_t begin,
                                    float (&occurs)[P], float (&size)[P], float (&z)[P]) {
  for (int lane = 0; lane < P; ++lane) {
    const auto bits = random_bits(a.seed, Stream::jumps, place.global + static_cast<std::uint64_t>(lane), begin, 0);
    occurs[lane] = open_uniform(bits.word[0]);
    size[lane] = open_uniform(bits.word[1]);
    float ignored;
    normal_pair(bits.word[2], bits.word[3], z[lane], ignored);
  }
}

// Writes one recorded value of each path under each schedule. Paths and schedules past the end are copies: not written.
template <class Spec, int K, int P>
LOSSCAST_HD inline void record(const EnsembleArguments& a, const TilePlace& place, int first_schedule, int number,
                               const PathTile<Spec::kHills, P>& paths, const StateTile<Spec::kHills, P> (&states)[K],
                               const SpikeTile<P> (&spikes)[K]) {
  for (int k = 0; k < K && first_schedule + k < a.schedules; ++k) {
    // A run that has ended is observed in its own last block, whichever runs are simulated beside it.
    const int last = a.last_block[first_schedule + k];
    const int after = a.record_after[number] < last ? a.record_after[number] : last;
    float observation[P];
    for (int lane = 0; lane < P; ++lane) {
      float four[4];
      normals4(random_bits(a.seed, Stream::observation, place.global + static_cast<std::uint64_t>(lane),
                           a.block_begin[after - 1], 0),
               four);
      observation[lane] = a.noise.observation * four[0];
    }
    float out[P];
    loss<Spec>(states[k], paths, out);
    float* values = a.values + (static_cast<std::int64_t>(first_schedule + k) * a.records + number) * a.paths;
    for (int lane = 0; lane < P && place.local + lane < a.paths; ++lane)
      values[place.local + lane] = spikes[k].diverged[lane] > 0.0f
                                       ? __builtin_huge_valf()
                                       : out[lane] + spikes[k].jumps[lane] + observation[lane];
  }
}

// Simulates paths first_path ... first_path + P - 1 under schedules first_schedule ... first_schedule + K - 1 and
// writes what is recorded. The tile stops at the last block of its longest schedule; what is recorded later is the
// state at its end, as blocks past the end of a run change nothing.
template <class Spec, Scheme scheme, int K, int P>
LOSSCAST_HD inline void simulate_tile(const EnsembleArguments& a, std::int64_t first_path, int first_schedule) {
  constexpr int kHills = Spec::kHills;
  const TilePlace place{first_path, a.first_path + static_cast<std::uint64_t>(first_path)};
  PathTile<kHills, P> paths;
  load_paths<Spec>(a, place, paths);

  StateTile<kHills, P> states[K];
  SpikeTile<P> spikes[K];
  std::int64_t row[K];  // of the class 1 tables
  int last_block = 0;
  LOSSCAST_UNROLL
  for (int k = 0; k < K; ++k) {
    start(states[k]);
    start(spikes[k]);
    const int schedule = first_schedule + k < a.schedules ? first_schedule + k : a.schedules - 1;
    row[k] = static_cast<std::int64_t>(schedule) * a.block_count;
    last_block = a.last_block[schedule] > last_block ? a.last_block[schedule] : last_block;
  }

  int recorded = 0;
  for (int b = 0; b < last_block; ++b) {
    float z[kHills + 1][P];
    draw_normals(a, place, a.block_begin[b], z);
    if (a.spike_blocks != nullptr) {
      float occurs[P], size[P], normal[P];
      draw_spikes(a, place, a.block_begin[b], occurs, size, normal);
      LOSSCAST_UNROLL
      for (int k = 0; k < K; ++k) {
        float dtau[P];
        for (int lane = 0; lane < P; ++lane) dtau[lane] = drive<Spec>(a.blocks[row[k] + b], paths.norm0[lane]).dtau;
        step(spikes[k], a.spikes, a.spike_blocks[row[k] + b], dtau, occurs, size, normal);
      }
    }
    LOSSCAST_UNROLL
    for (int k = 0; k < K; ++k) step<Spec, scheme>(states[k], paths, a.blocks[row[k] + b], a.noise, z);
    if (recorded < a.records && a.record_after[recorded] == b + 1)
      record<Spec>(a, place, first_schedule, recorded++, paths, states, spikes);
  }
  while (recorded < a.records) record<Spec>(a, place, first_schedule, recorded++, paths, states, spikes);
}

}  // namespace losscast::inline LOSSCAST_ISA
