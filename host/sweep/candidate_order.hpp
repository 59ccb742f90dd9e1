// The order in which the candidates of a sweep are computed.
#pragma once

#include <cstdint>
#include <vector>

#include "losscast/space/candidates.hpp"

namespace losscast {

// That of their numbers; after candidates were added, first those of the sweep before, as they were numbered then, and
// then those that came with it, so that what was computed keeps its place.
class CandidateOrder {
 public:
  // `earlier` are the numbers of candidates, as SearchSpace has them, that the sweep had before, ascending.
  CandidateOrder(const CandidateList& all, std::uint64_t seed, const std::vector<std::int64_t>& earlier);

  // The number of the candidate at a place, 0 ... candidates - 1.
  std::int64_t number(std::int64_t place) const;

 private:
  // Consecutive places of consecutive numbers.
  struct Run {
    std::int64_t place, number;
  };
  std::vector<Run> runs_;
};

}  // namespace losscast
