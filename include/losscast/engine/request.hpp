// What is asked of the engine: which runs, how many paths of each, what to record.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "losscast/engine/levers.hpp"
#include "losscast/model/scheme.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

// The paths of some runs, and the random numbers and blocks that they are simulated with.
struct PathRequest {
  std::vector<Schedule> schedules;  // one for each run
  std::int64_t paths = 0;           // of each schedule
  std::uint64_t first_path = 0;     // number of the first path; path p takes draw p mod the number of draws
  std::uint64_t seed = 1;
  Scheme scheme = Scheme::exact_moments;
  std::optional<Step> block;  // optimiser steps a block; by default chosen so that its bias is below kStepBiasLimit
};

struct EnsembleRequest : PathRequest {
  std::vector<Step> record_steps;  // ascending; empty: each schedule's last step only
  Levers levers;

  // What is kept beside the statistics. `samples`: the units whose mean the last record's is, for differences between
  // schedules. `values`: every recorded loss; the two paths of an antithetic pair are neighbours.
  enum class Keep { statistics, samples, values };
  Keep keep = Keep::statistics;
};

// The bias that blocks may have. [nats]
inline constexpr double kStepBiasLimit = 5e-4;

// The longest block that the engine chooses. [optimiser steps]
inline constexpr Step kLongestBlock = 256;

}  // namespace losscast
