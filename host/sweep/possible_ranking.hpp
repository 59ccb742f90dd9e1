// Whether states and parts of a ranking that were read belong to the sweep that reads them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "losscast/sweep/config.hpp"
#include "sweep/ranking_parts.hpp"

namespace losscast {

// What the sweep itself says of its ranking.
struct RankingBounds {
  std::int64_t numbers = 0;  // of candidates, those included that do not exist
  std::int64_t points = 0;   // SearchSpace::candidates
  std::size_t draws = 0;     // by whose values candidates are compared
  std::size_t paths = 0;     // of a candidate
  bool records_all = false;  // the losses over time, of every candidate
  std::size_t times = 0;     // at which
};

RankingBounds ranking_bounds(const SweepConfig& config, std::int64_t numbers, std::int64_t draws);

// All of these throw InputError where the state, or the parts of a round together, are impossible.
void require_possible(const RankingState& state, const RankingBounds& bounds);
void require_possible(const SimulatedPart& all, const RankingState& state, const RankingBounds& bounds);
void require_possible(const ComparedPart& all, const RankingState& state, const RankingBounds& bounds);
void require_possible(const Performance& of_part);
void require_possible(const RecordedLosses& all, const RankingState& state, const RankingBounds& bounds);

}  // namespace losscast
