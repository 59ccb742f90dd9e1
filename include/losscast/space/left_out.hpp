/// \file
/// How much of a space its constraints leave out.
#pragma once

#include <cstdint>
#include <vector>

#include "losscast/space/candidates.hpp"

namespace losscast {

/// How many points of each family are no candidates, in the order of the space; of a list without keep_only() those
/// that break the family's constraints. Throws InputError as CandidateList::make() does.
std::vector<std::int64_t> left_out_by_constraints(const CandidateList& candidates, int threads = 1);

}  // namespace losscast
