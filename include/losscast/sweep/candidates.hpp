// The candidates of a sweep: points of its families' spaces, and their schedules.
#pragma once

#include <cstddef>
#include <vector>

#include "losscast/schedule/schedule.hpp"
#include "losscast/sweep/space.hpp"

namespace losscast {

struct Candidate {
  std::size_t family;   // of SweepConfig::families
  Arguments arguments;  // fixed and chosen ones, `family` included
  Schedule schedule;
};

// All candidates, family after family: the full grid, or points of a random or Sobol sequence that depend on the seed
// alone. Throws InputError naming family, line and arguments if a point makes no schedule, or if a grid exceeds
// kMostGridPoints.
std::vector<Candidate> make_candidates(const SweepConfig& config);

inline constexpr double kMostGridPoints = 1e7;

// Memory that a candidate takes, with what it points to, but for tables of LRs, which candidates share. [bytes]
std::size_t memory_bytes(const Candidate& candidate);

}  // namespace losscast
