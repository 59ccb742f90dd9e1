// The candidates of a list that stand for all of it, found without holding all of them.
#pragma once

#include <cstdint>
#include <vector>

#include "losscast/space/candidates.hpp"

namespace losscast {

struct SpaceSurvey {
  std::int64_t candidates = 0;   // that exist
  std::vector<Recipe> examples;  // some spread evenly over them, then the longest, the one of the highest peak LR, and
                                 // that with the steepest fall
};

// Makes every candidate once. Throws InputError if there is none.
SpaceSurvey survey_space(const CandidateList& candidates, int threads);

}  // namespace losscast
