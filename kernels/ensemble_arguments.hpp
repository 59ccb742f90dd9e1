// What an ensemble launcher works on: plain pointers, the same for every backend.
#pragma once

#include <cstdint>

#include "losscast/math/modes.hpp"
#include "losscast/model/coefficients.hpp"
#include "losscast/model/river_hills.hpp"
#include "losscast/model/scheme.hpp"
#include "losscast/model/spikes.hpp"

namespace losscast {

// Which of a model's kernels.
struct KernelChoice {
  Scheme scheme = Scheme::exact_moments;
  MathMode math = MathMode::reproducible;
  enum class Spikes { off, on } spikes = Spikes::off;
};

// Class 1 coefficients as they lie in memory, in units of what a GPU loads at once.
struct alignas(16) BlockRow {
  Block<float> block{0, 0, 0, 0, 1, 0, 0};  // empty: changes nothing
};
struct alignas(16) SpikedBlockRow {
  Block<float> block{0, 0, 0, 0, 1, 0, 0};
  SpikeBlock spikes{0, 1, 0};
};

struct EnsembleArguments {
  const void* coefficients = nullptr;  // class 1, [schedules][block_count] of BlockRow, or SpikedBlockRow with spikes;
                                       // blocks past a run's end are empty
  const std::uint32_t* block_begin = nullptr;  // [block_count], first step of each block: the random numbers' step
  const int* last_block = nullptr;             // [schedules], number of blocks until each run's end
  const int* record_after = nullptr;           // [records], ascending: record after that many blocks
  const float* constants = nullptr;            // [draws][constants_stride], class 2
  float* values = nullptr;                     // [schedules][records][paths], nats; +inf where a path has diverged

  int schedules = 0;
  int block_count = 0;
  int records = 0;
  int draws = 0;
  int constants_stride = 0;
  std::int64_t paths = 0;
  std::uint64_t first_path = 0;  // global number of path 0 of this call
  std::uint64_t seed = 0;
  PathNoise noise;
  SpikeConstants spikes{};
};

}  // namespace losscast
