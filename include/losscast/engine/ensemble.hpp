// The engine: a request (model, draws, schedules, paths) and its result. The same request gives the same bytes on any
// backend, with any number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "losscast/engine/levers.hpp"
#include "losscast/engine/mean_sample.hpp"
#include "losscast/engine/statistics.hpp"
#include "losscast/math/modes.hpp"
#include "losscast/model/model.hpp"
#include "losscast/model/scheme.hpp"
#include "losscast/model/spikes.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

enum class Backend {
  automatic,  // CUDA where there is a GPU, else the CPU
  cpu,
  cuda,
};

// What a request takes, counted before it runs.
struct EnsembleWork {
  Step block = 1;                // optimiser steps a block
  std::int64_t block_steps = 0;  // updates of a path, all its states at once: paths x blocks, summed over schedules
  std::int64_t path_steps = 0;   // updates of one state: block_steps x states
  std::size_t host_bytes = 0;    // memory beside the request: tables and values in work, and the result
  std::size_t device_bytes = 0;  // memory on each GPU
};

struct EnsembleRequest {
  const SdeModel* model = nullptr;
  double ref_lr = 0;
  double weight_decay = 0;
  std::vector<std::vector<double>> draws;  // path p takes parameters draws[p mod draws.size()], or as Pairing says
  PathNoise noise;
  Spikes spikes;
  std::vector<Schedule> schedules;
  std::vector<Step> record_steps;  // ascending; empty: each schedule's last step only
  std::int64_t paths = 0;
  std::uint64_t first_path = 0;
  std::uint64_t seed = 1;
  Scheme scheme = Scheme::exact_moments;
  std::optional<Step> block;  // optimiser steps a block; by default chosen so that its bias is below kStepBiasLimit
  Backend backend = Backend::automatic;
  MathMode math = MathMode::reproducible;
  int threads = 0;  // 0: all cores
  Levers levers;

  // Beside the statistics: of the last record, what its mean is taken of, for differences between schedules; or every
  // value, of which antithetic pairs are neighbours.
  enum class Keep { statistics, samples, values };
  Keep keep = Keep::statistics;

  std::function<void(const EnsembleWork&)> before_run;  // told what is coming, if set
};

// How far fast mathematics moved the loss from the reproducible one's, largest over a sample of the schedules. [nats]
struct MathDeviation {
  double path = 0;  // of one path at one time
  double mean = 0;  // of a schedule's mean at one time
};

struct Performance {
  std::int64_t block_steps = 0;  // as in EnsembleWork
  std::int64_t path_steps = 0;
  double engine_seconds = 0;                    // tables, paths and statistics
  std::string backend;                          // cpu or cuda
  std::string device;                           // the CPU's instruction set, or the GPU's name
  MathMode math = MathMode::reproducible;       // what was used: a CPU has no other
  std::optional<MathDeviation> math_deviation;  // if that is fast
};

// Adds the work and the time of another run on the same processor.
void add(Performance& sum, const Performance& more);

// How far the block's length moves the law of the loss, at the mean of the draws, over the schedules that were checked.
struct StepError {
  Step block = 1;
  double mean = 0;  // largest |mean - exact mean| along the run, after the warm-up [nats]
  double standard_deviation = 0;
  double at_end = 0;  // |mean - exact mean| at the end of the run [nats]
  int schedules_checked = 0;
};

struct EnsembleResult {
  std::vector<std::vector<Statistics>> statistics;  // [schedule][record]
  std::vector<std::vector<float>> values;           // [schedule][record * paths + path], Keep::values only
  std::vector<MeanSample> samples;                  // [schedule], of the last record, Keep::samples only
  std::vector<std::vector<Step>> record_steps;      // [schedule][record]
  LeversUsed levers;
  StepError step_error;
  Performance performance;
};

inline constexpr double kStepBiasLimit = 5e-4;  // nats
inline constexpr Step kLongestBlock = 256;

// Throws InputError for an empty request, record steps outside a schedule, a block so long that Euler-Maruyama is
// unstable (naming the longest stable one), or more memory than there is (saying how much); DeviceError if
// Backend::cuda has no GPU, or a GPU fails.
EnsembleResult run(const EnsembleRequest& request);

}  // namespace losscast
