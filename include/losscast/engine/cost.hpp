// What a request will take, before it runs: work, memory, and time.
#pragma once

#include <cstddef>

#include "losscast/engine/ensemble.hpp"

namespace losscast {

// How fast this machine does the parts of a request's work, in seconds.
struct EngineRates {
  double table_step = 0;      // one step of one schedule's tables, on a thread of the CPU
  double move = 0;            // one block of one path under one schedule, on a processor
  double draw = 0;            // the random numbers of one block of one path, shared by the schedules of a tile
  double value = 0;           // reducing one recorded value, on a thread of the CPU
  int threads = 1;            // of the CPU
  int processors = 1;         // threads of the CPU, or GPUs, that move paths
  int schedules_of_tile = 1;  // that share random numbers
};

struct EngineCost {
  EnsembleWork work;
  double start_seconds = 0;  // choosing the block's length
  double table_seconds = 0;
  double path_seconds = 0;
  double reduction_seconds = 0;
  double seconds = 0;  // all of it: on a GPU, tables and reductions of a chunk overlap with the paths of another
};

// Counts, by arithmetic alone. `block`: the request's block length.
EnsembleWork count_work(const EnsembleRequest& request, Step block);

// Times small pieces of the request: some tens of milliseconds on a CPU. Throws as run() does.
EngineRates measure_rates(const EnsembleRequest& request, Step block);

// By arithmetic, for a machine with these rates.
EngineCost estimate_cost(const EnsembleRequest& request, Step block, const EngineRates& rates);

// Both, for this machine, at the block length that the engine would choose.
EngineCost estimate_cost(const EnsembleRequest& request);

// Memory that a process may use: that of the machine, or less where a control group says so. [bytes]
std::size_t usable_memory();

}  // namespace losscast
