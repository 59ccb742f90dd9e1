/// \file
/// What a planned sweep takes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "losscast/sweep/config.hpp"
#include "losscast/sweep/rounds.hpp"

namespace losscast {

/// What a sweep takes, about, on the machine that planned it.
struct PlanCost {
  std::int64_t items = 0;  ///< of the round that is open
  double seconds = 0;      ///< of that round on one such machine; 0 where they are few
  double bytes = 0;        ///< that the plan's folder holds in the end, results included, logs and scripts not
  std::int64_t files = 0;  ///< that there are at most at a time
};

/// A round that takes no longer leaves no files, as whoever merges computes it by itself, unless told otherwise. [s]
inline constexpr double kSecondsOfAShortRound = 60;

/// What a sweep of this configuration takes, by the round of it that is open, the number of its shards, and the size of
/// the state that they start from. The rounds of a race after the open one are left out, as nobody knows them.
PlanCost cost_of(const SweepConfig& config, const Round& round, std::size_t state_bytes, int shards);

}  // namespace losscast
