// The loss over time of a sweep's candidates.
#pragma once

#include <cstddef>
#include <vector>

#include "losscast/engine/statistics.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

// Of which candidates, and at how many times.
struct BandsConfig {
  // Candidates that are recorded.
  enum class Candidates {
    finalists,  // those that cannot be told from the first, see SweepBands
    all,        // every one
    none,       // no one
  };
  Candidates candidates = Candidates::finalists;  // which are recorded
  int times = 50;                                 // at which, evenly spaced over the run
};

// Finalists with bands at most, the first of them.
inline constexpr std::size_t kMostFinalists = 100;

// Statistics of the same paths as the ranking's, at every time of every candidate; those at the last time are the
// ranking's, to the bit.
struct SweepBands {
  std::vector<std::size_t> ranks;  // of the candidates, from 1, ascending
  std::size_t finalists = 0;       // candidates of the first one's status whose difference to it has 0 in its interval
  std::vector<double> fractions;   // of a run: nominal times, evenly spaced, the last 1
  std::vector<Step> steps;  // [candidate][time]: the end of a block, the first at or after fraction x total_steps
  std::vector<Statistics> statistics;  // [candidate][time]
};

// The steps of a run at `times` nominal times, i/times of it for i = 1 ... times: each the first at or after that which
// is a multiple of `block` or the run's end. Cutting blocks there cuts none, so that no random number changes. In a run
// of fewer blocks than times some come more than once.
std::vector<Step> band_steps(Step total_steps, int times, Step block);

}  // namespace losscast
