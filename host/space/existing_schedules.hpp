// The recipes of some candidates, of which not all need exist.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "losscast/space/candidates.hpp"

namespace losscast {

class ExistingSchedules {
 public:
  ExistingSchedules(const CandidateList& candidates, std::span<const std::int64_t> numbers, int threads,
                    std::optional<std::size_t> horizon = {});

  const std::vector<Recipe>& recipes() const { return recipes_; }

  // Values [schedule][count] to the places of their candidates, out[candidate][count]: +infinity for one that is lost,
  // NaN where there is no candidate.
  void spread(std::span<const float> values, std::size_t count, std::span<float> out) const;

 private:
  std::vector<Recipe> recipes_;
  std::vector<char> exists_;  // of each number
};

}  // namespace losscast
