/// \file
/// The loss over time of a sweep's candidates.
#pragma once

#include <cstddef>
#include <vector>

#include "losscast/engine/statistics.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// Which candidates' losses are recorded over time, and at how many times.
struct BandsConfig {
  /// Candidates that are recorded.
  enum class Candidates {
    finalists,  ///< those that cannot be told from the first, see SweepBands
    all,        ///< every one
    none,       ///< no one
  };
  Candidates candidates = Candidates::finalists;  ///< which are recorded
  int times = 50;                                 ///< at which, evenly spaced over the run
};

/// Bands are recorded of no more finalists than these: the best ones.
inline constexpr std::size_t kMostFinalists = 100;

/// Statistics at every time of every candidate, over the same paths as those of the ranking: at the last time they are
/// the ranking's, to the bit.
struct SweepBands {
  std::vector<std::size_t> ranks;  ///< of the candidates, from 1, ascending
  /// How many candidates have the status of the first one and a difference to it whose confidence interval holds 0.
  std::size_t finalists = 0;
  std::vector<double> fractions;  ///< nominal times as parts of a run, evenly spaced; the last is 1
  /// [candidate][time]: the end of the first block that ends at or after fraction x total_steps.
  std::vector<Step> steps;
  std::vector<Statistics> statistics;  ///< [candidate][time]
};

/// The steps of a run at which bands are recorded. The nominal times are i/times of the run for i = 1 ... times; each
/// is moved up to the next multiple of `block`, or to the run's end. Every step is then the end of a block, so that
/// recording cuts no block and changes no random number. In a run with fewer blocks than times some steps come more
/// than once.
std::vector<Step> band_steps(Step total_steps, int times, Step block);

}  // namespace losscast
