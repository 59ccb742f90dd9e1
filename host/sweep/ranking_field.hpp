// The candidates of a ranking by their numbers, and what makes ranked ones of them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "losscast/fit/fit.hpp"
#include "losscast/space/candidates.hpp"
#include "losscast/sweep/ranked_rows.hpp"
#include "sweep/ranking_parts.hpp"

namespace losscast {

// Shared with the rows of the result, which outlive the rounds.
struct RankingField {
  CandidateList list;
  Fit fit;
  std::int64_t paths;

  // Candidates of these numbers. Throws InputError if one does not exist, of which nothing can have been found.
  std::vector<Candidate> existing(std::span<const std::int64_t> numbers, int threads = 1) const;

  RankedCandidate ranked(Candidate candidate, const RankedRecord& record) const;
};

// The candidates of some records, in their order, made when they are asked for.
std::shared_ptr<const RankedRows> rows_of_records(std::shared_ptr<const RankingField> field,
                                                  std::vector<RankedRecord> records);

}  // namespace losscast
