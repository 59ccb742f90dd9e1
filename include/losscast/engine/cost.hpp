/// \file
/// What a request will take, before it runs: work, memory, and time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "losscast/engine/execution.hpp"
#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"

namespace losscast {

/// What a request takes, counted before it runs.
struct EnsembleWork {
  Step block = 1;                ///< optimiser steps a block
  std::int64_t block_steps = 0;  ///< updates of a path, all its states at once: paths x blocks, summed over schedules
  std::int64_t path_steps = 0;   ///< updates of one state: block_steps x states
  std::size_t host_bytes = 0;    ///< memory beside the request: tables and values in work, and the result
  std::size_t device_bytes = 0;  ///< memory on each GPU
};

/// How fast this machine does the parts of a request's work, in seconds.
struct EngineRates {
  double table_step = 0;      ///< one step of one schedule's tables, on a thread of the CPU
  double move = 0;            ///< one block of one path under one schedule, on a processor
  double draw = 0;            ///< the random numbers of one block of one path, which all schedules of a tile share
  double value = 0;           ///< reducing one recorded value, on a thread of the CPU
  int threads = 1;            ///< of the CPU
  int processors = 1;         ///< threads of the CPU, or GPUs, that move paths
  int schedules_of_tile = 1;  ///< how many schedules share random numbers
};

/// What a request is predicted to take on a machine. The parts of its time, in seconds, are those of all threads or
/// GPUs working side by side.
struct EngineCost {
  EnsembleWork work;             ///< counted, not predicted
  double start_seconds = 0;      ///< choosing the block's length
  double table_seconds = 0;      ///< tables of what the schedules do to a path
  double path_seconds = 0;       ///< moving the paths
  double reduction_seconds = 0;  ///< statistics of the values
  double seconds = 0;  ///< all of it: on a GPU, tables and reductions of a chunk overlap with the paths of another
};

/// Counts the work in blocks of `block` steps, by arithmetic alone.
EnsembleWork count_work(const LossSde& sde, const EnsembleRequest& request, const Execution& execution, Step block);

/// Times small pieces of the request: some tens of milliseconds on a CPU. Throws as run() does.
EngineRates measure_rates(const LossSde& sde, const EnsembleRequest& request, const Execution& execution, Step block);

/// Predicts the cost on a machine with these rates, by arithmetic alone.
EngineCost estimate_cost(const LossSde& sde, const EnsembleRequest& request, const Execution& execution, Step block,
                         const EngineRates& rates);

/// Measures the rates of this machine and predicts the seconds of a request whose work run() has counted. 0 if that
/// work is so little that they are few: then nothing is measured.
double seconds_ahead(const LossSde& sde, const EnsembleRequest& request, const Execution& execution,
                     const EnsembleWork& work);

/// Predicts the seconds that run() takes to choose the length of a block, before it counts its work: they grow with the
/// steps of the runs, not with the paths. 0 if they are few, without measuring anything.
double seconds_to_begin(const LossSde& sde, const PathRequest& request, const Execution& execution);

/// Measures the rates of this machine and predicts the cost, at the block length that the engine would choose.
EngineCost estimate_cost(const LossSde& sde, const EnsembleRequest& request, const Execution& execution);

}  // namespace losscast
