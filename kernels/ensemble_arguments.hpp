// What an ensemble launcher works on: plain pointers, the same for every backend.
#pragma once

#include <cstdint>

#include "losscast/base/macros.hpp"
#include "losscast/math/modes.hpp"
#include "losscast/model/coefficients.hpp"
#include "losscast/model/path_noise.hpp"
#include "losscast/model/scheme.hpp"
#include "losscast/model/spikes.hpp"
#include "losscast/random/pairing.hpp"

namespace losscast {

// Which of a model's kernels.
struct KernelChoice {
  Scheme scheme = Scheme::exact_moments;
  MathMode math = MathMode::reproducible;
  enum class Spikes { off, on } spikes = Spikes::off;
};

// Class 1 coefficients as they lie in memory, in units of what a GPU loads at once.
struct alignas(16) BlockRow {
  Block<float> block = empty_block<float>();
};
struct alignas(16) SpikedBlockRow {
  Block<float> block = empty_block<float>();
  SpikeBlock spikes{0, 0, 1, 0, 0};
};

// How the random numbers of a coarse block follow from those of the two finer ones that it covers: each normal variate
// is first_weight z(its own step) + second_weight z(second), the weights' squares adding up to 1. Where there is one
// finer block only, the second weight is 0.
struct BlockHalves {
  std::uint32_t second;  // first step of the second finer block
  float first_weight, second_weight;
};

struct EnsembleArguments {
  const void* coefficients = nullptr;  // class 1, [schedules][block_count] of BlockRow, or SpikedBlockRow with spikes;
                                       // blocks past a run's end are empty
  const std::uint32_t* block_begin = nullptr;  // [block_count], first step of each block: the random numbers' step
  const int* last_block = nullptr;             // [schedules], number of blocks until each run's end
  const int* record_after = nullptr;           // [records], ascending: record after that many blocks
  const float* constants = nullptr;            // [draws][constants_stride], class 2
  float* values = nullptr;                     // [schedules][records][paths], nats; +inf where a path has diverged
  const BlockHalves* halves = nullptr;         // [block_count]; null: every block has random numbers of its own
  const float* weights = nullptr;  // [schedules][block_count][variates], 0 past a run's end; null: no projections
  float* projections = nullptr;    // [schedules][paths]: sum over the run of weights x variates

  int schedules = 0;
  int block_count = 0;
  int records = 0;
  int draws = 0;
  int constants_stride = 0;
  int variates = 0;  // of a block
  std::int64_t paths = 0;
  std::uint64_t first_path = 0;  // global number of path 0 of this call
  std::uint64_t seed = 0;
  Pairing pairing = Pairing::independent;
  PathNoise noise;
  SpikeConstants spikes{};

  // [schedules][tiles of paths], as large as EnsembleWorker::state_bytes() says: where the paths are left after the
  // last record and, if first_block is above 0, where they are found. Null: they are not kept.
  void* states = nullptr;
  int first_block = 0;  // before which the paths have been moved already
};

}  // namespace losscast

namespace losscast::inline LOSSCAST_ISA {

// The number under which a path finds its random numbers and its parameter draw.
LOSSCAST_HD inline std::uint64_t number_of_draws(const EnsembleArguments& a, std::uint64_t path) {
  return a.pairing == Pairing::antithetic ? path / 2 : path;
}

// Returns the factor, 1 or -1, by which a normal variate of that number becomes the path's.
LOSSCAST_HD inline float sign_of_noise(const EnsembleArguments& a, std::uint64_t path) {
  return a.pairing == Pairing::antithetic && path % 2 == 1 ? -1.0f : 1.0f;
}

}  // namespace losscast::inline LOSSCAST_ISA
