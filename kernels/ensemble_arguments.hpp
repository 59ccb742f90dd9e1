// What an ensemble launcher works on: plain pointers, the same for every backend.
#pragma once

#include <cstdint>

#include "losscast/model/coefficients.hpp"
#include "losscast/model/river_hills.hpp"
#include "losscast/model/spikes.hpp"

namespace losscast {

struct EnsembleArguments {
  const Block<float>* blocks = nullptr;        // [schedules][block_count], class 1; blocks past a run's end are empty
  const SpikeBlock* spike_blocks = nullptr;    // the same shape, or null: no spikes
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
